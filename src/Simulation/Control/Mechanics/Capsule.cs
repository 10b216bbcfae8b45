namespace StreamLearn.Simulation.Control.Mechanics;

/// <summary>A solid cylinder with a half ball at each end.</summary>
/// <param name="Mass">kg.</param>
/// <param name="Length">Of the cylinder, m.</param>
/// <param name="Radius">Of both, m.</param>
internal readonly record struct Capsule(double Mass, double Length, double Radius)
{
    /// <summary>About an axis through the middle, at a right angle to the cylinder's; kg m².</summary>
    /// <remarks>
    /// The ends share the mass by volume, 4 r : 3 l. Each half ball has its centre of mass 3r/8 beyond the cylinder; together they have
    /// 2/5 m r² + m (l²/4 + 3 l r / 8).
    /// </remarks>
    public double Inertia
    {
        get
        {
            var ends = Mass * 4 * Radius / (4 * Radius + 3 * Length);
            return (Mass - ends) * (3 * Radius * Radius + Length * Length) / 12
                + ends * (0.4 * Radius * Radius + Length * Length / 4 + 3 * Length * Radius / 8);
        }
    }

    /// <summary>Of a density, kg/m³.</summary>
    public static Capsule OfDensity(double density, double length, double radius) =>
        new(density * Math.PI * radius * radius * (length + 4 * radius / 3), length, radius);
}

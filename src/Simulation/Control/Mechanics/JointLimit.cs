namespace StreamLearn.Simulation.Control.Mechanics;

/// <summary>
/// A soft stop at both ends of a joint's range, as MuJoCo has it: beyond the stop, acceleration is pulled towards that of a critically
/// damped spring, and never towards the stop.
/// </summary>
/// <remarks>
/// MuJoCo's documentation, "Solver parameters". With r the distance beyond the stop, v the speed out of the range, d the impedance (0.9 at
/// the stop, 0.95 from 1 mm on), T the time constant: a = (1 - d) a₀ - d (2 v / (0.95 T) + d r / (0.95 T)²). Only one stop of a mechanism
/// is met here at a time, so this is exact, but for the joint's inertia, which MuJoCo takes from the model's initial pose for (1 - d) / d.
/// </remarks>
internal readonly struct JointLimit(double bound, double timeConstant)
{
    private const double LeastImpedance = 0.9;
    private const double MostImpedance = 0.95;
    private const double Width = 0.001;

    private readonly double _damping = 2 / (MostImpedance * timeConstant);
    private readonly double _stiffness = 1 / (MostImpedance * MostImpedance * timeConstant * timeConstant);

    /// <summary>The acceleration of the joint with the stops.</summary>
    /// <param name="position">Of the joint; its range is from -bound to bound.</param>
    /// <param name="velocity">Of the joint.</param>
    /// <param name="free">Its acceleration without a stop.</param>
    public double Constrain(double position, double velocity, double free)
    {
        var beyond = Math.Abs(position) - bound;
        if (beyond <= 0)
            return free;
        var outwards = Math.Sign(position);
        var impedance = Impedance(beyond);
        var wanted = -_damping * outwards * velocity - _stiffness * impedance * beyond;
        var before = outwards * free;
        return wanted < before ? outwards * (before + impedance * (wanted - before)) : free;
    }

    private static double Impedance(double beyond)
    {
        var share = Math.Min(beyond / Width, 1);
        var rise = share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) * (1 - share);
        return LeastImpedance + rise * (MostImpedance - LeastImpedance);
    }
}

namespace StreamLearn.Simulation.Control.Mechanics;

/// <summary>
/// A ball on a massless rod that turns about a hinge: I θ'' = m g l sin θ - d θ' + torque, θ = 0 upright, clockwise as seen with x to the
/// right and z up.
/// </summary>
/// <remarks>
/// Semi-implicit Euler, damping implicit, as MuJoCo's default integrator does it: (I + h d) (ω' - ω) = h (m g l sin θ - d ω + torque), then
/// θ' = θ + h ω'. Masses, lengths and damping are those of dm_control's pendulum.xml.
/// </remarks>
internal sealed class PendulumPhysics(double step, double damping = 0.1)
{
    public const double Gravity = 9.81;
    private const double Mass = 1;
    public const double Length = 0.5;
    private const double Radius = 0.05;

    /// <summary>About the hinge, kg m²: that of a solid ball, and of its mass at the end of the rod.</summary>
    public const double Inertia = Mass * (Length * Length + 0.4 * Radius * Radius);

    /// <summary>m g l, N m: what gravity does to a level rod.</summary>
    public const double GravityTorque = Mass * Gravity * Length;

    /// <summary>θ, rad, not wrapped.</summary>
    public double Angle { get; private set; }

    /// <summary>θ', rad/s.</summary>
    public double Velocity { get; private set; }

    /// <summary>Kinetic and potential energy, J; 0 at rest at the height of the hinge.</summary>
    public double Energy => 0.5 * Inertia * Velocity * Velocity + GravityTorque * Math.Cos(Angle);

    public void Start(double angle, double velocity) => (Angle, Velocity) = (angle, velocity);

    /// <param name="torque">N m.</param>
    public void Advance(double torque)
    {
        var total = GravityTorque * Math.Sin(Angle) - damping * Velocity + torque;
        Velocity += step * total / (Inertia + step * damping);
        Angle += step * Velocity;
    }
}

namespace StreamLearn.Simulation.Control.Mechanics;

/// <summary>
/// An arm of two links in a plane, without gravity, with a motor in each joint: M(q) q'' + C(q, q') + d q' = torque. The shoulder turns
/// freely, the wrist between two stops. Masses, lengths and damping are those of dm_control's reacher.xml.
/// </summary>
/// <remarks>
/// With a, b, d of the links: M₁₁ = a + 2 b cos q₂, M₁₂ = d + b cos q₂, M₂₂ = d; C₁ = -b sin q₂ (2 q₁' q₂' + q₂'²), C₂ = b sin q₂ q₁'².
/// Semi-implicit Euler, damping implicit, as MuJoCo's default integrator does it: (M + h d) (v' - v) = h (torque - C - d v),
/// q' = q + h v'.
/// </remarks>
internal sealed class ReacherPhysics(double step, double damping = 0.01)
{
    /// <summary>From the shoulder to the wrist, m.</summary>
    public const double ArmLength = 0.12;

    /// <summary>From the wrist to the finger, m.</summary>
    public const double FingerLength = 0.12;

    /// <summary>Of the finger, m.</summary>
    public const double FingerRadius = 0.01;

    /// <summary>How far the wrist turns to each side, rad.</summary>
    public const double WristBound = 160 * Math.PI / 180;
    private const double HandLength = 0.1;
    private const double Density = 1000;

    private static readonly Capsule Arm = Capsule.OfDensity(Density, ArmLength, FingerRadius);
    private static readonly Capsule Hand = Capsule.OfDensity(Density, HandLength, FingerRadius);
    private static readonly Capsule Finger = Capsule.OfDensity(Density, 0, FingerRadius);

    /// <summary>b: what the outer link's moment about the wrist adds at the end of the arm, kg m².</summary>
    private static readonly double Coupling = ArmLength * (Hand.Mass * HandLength / 2 + Finger.Mass * FingerLength);

    /// <summary>d: the outer link about the wrist, kg m².</summary>
    private static readonly double Outer =
        Hand.Inertia + Hand.Mass * HandLength * HandLength / 4 + Finger.Inertia + Finger.Mass * FingerLength * FingerLength;

    /// <summary>a: all about the shoulder, with the outer link at a right angle, kg m².</summary>
    private static readonly double Whole =
        Arm.Inertia + Arm.Mass * ArmLength * ArmLength / 4 + (Hand.Mass + Finger.Mass) * ArmLength * ArmLength + Outer;

    /// <summary>MuJoCo lets no time constant be below two steps; its default is 0.02 s.</summary>
    private readonly JointLimit _stops = new(WristBound, Math.Max(0.02, 2 * step), InverseWristInertia(cosine: 1));

    /// <summary>q₁, rad from the x-axis, not wrapped.</summary>
    public double Shoulder { get; private set; }

    /// <summary>q₂, rad, 0 straight.</summary>
    public double Wrist { get; private set; }

    /// <summary>q₁', rad/s.</summary>
    public double ShoulderVelocity { get; private set; }

    /// <summary>q₂', rad/s.</summary>
    public double WristVelocity { get; private set; }

    /// <summary>Where the wrist is, m from the shoulder.</summary>
    public (double X, double Y) WristPlace => (ArmLength * Math.Cos(Shoulder), ArmLength * Math.Sin(Shoulder));

    /// <summary>Where the finger is, m from the shoulder.</summary>
    public (double X, double Y) FingerPlace =>
        (ArmLength * Math.Cos(Shoulder) + FingerLength * Math.Cos(Shoulder + Wrist),
         ArmLength * Math.Sin(Shoulder) + FingerLength * Math.Sin(Shoulder + Wrist));

    /// <summary>Kinetic energy, J; there is no other.</summary>
    public double Energy
    {
        get
        {
            var cosine = Math.Cos(Wrist);
            return 0.5 * (Whole + 2 * Coupling * cosine) * ShoulderVelocity * ShoulderVelocity
                + (Outer + Coupling * cosine) * ShoulderVelocity * WristVelocity
                + 0.5 * Outer * WristVelocity * WristVelocity;
        }
    }

    /// <summary>About the shoulder, kg m²/s; nothing but the shoulder's motor and damping changes it.</summary>
    public double AngularMomentum
    {
        get
        {
            var cosine = Math.Cos(Wrist);
            return (Whole + 2 * Coupling * cosine) * ShoulderVelocity + (Outer + Coupling * cosine) * WristVelocity;
        }
    }

    public void Start(double shoulder, double wrist, double shoulderVelocity = 0, double wristVelocity = 0) =>
        (Shoulder, Wrist, ShoulderVelocity, WristVelocity) = (shoulder, wrist, shoulderVelocity, wristVelocity);

    /// <param name="shoulder">Torque, N m.</param>
    /// <param name="wrist">Torque, N m.</param>
    public void Advance(double shoulder, double wrist)
    {
        var (sine, cosine) = Math.SinCos(Wrist);
        var m11 = Whole + 2 * Coupling * cosine;
        var m12 = Outer + Coupling * cosine;
        var onShoulder = shoulder - damping * ShoulderVelocity
            + Coupling * sine * (2 * ShoulderVelocity * WristVelocity + WristVelocity * WristVelocity);
        var onWrist = wrist - damping * WristVelocity - Coupling * sine * ShoulderVelocity * ShoulderVelocity;

        // The stop acts on the wrist alone.
        var free = Solve(m11, m12, Outer, onShoulder, onWrist).Wrist;
        onWrist += _stops.Force(Wrist, WristVelocity, free, InverseWristInertia(cosine));

        var (first, second) = Solve(m11 + step * damping, m12, Outer + step * damping, onShoulder, onWrist);
        ShoulderVelocity += step * first;
        WristVelocity += step * second;
        Shoulder += step * ShoulderVelocity;
        Wrist += step * WristVelocity;
    }

    /// <summary>(M⁻¹)₂₂: how much a newton metre accelerates the wrist.</summary>
    private static double InverseWristInertia(double cosine)
    {
        var (m11, m12) = (Whole + 2 * Coupling * cosine, Outer + Coupling * cosine);
        return m11 / (m11 * Outer - m12 * m12);
    }

    private static (double Shoulder, double Wrist) Solve(double m11, double m12, double m22, double first, double second)
    {
        var determinant = m11 * m22 - m12 * m12;
        return ((m22 * first - m12 * second) / determinant, (m11 * second - m12 * first) / determinant);
    }
}

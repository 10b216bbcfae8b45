namespace StreamLearn.Simulation.Control.Mechanics;

/// <summary>
/// A soft stop at both ends of a joint's range, as MuJoCo has it: beyond the stop, the joint is pushed back towards the acceleration of a
/// critically damped spring, and never towards the stop.
/// </summary>
/// <remarks>
/// MuJoCo's documentation, "Solver parameters". With r the distance beyond the stop, v the speed outwards, d the impedance (0.9 at the stop,
/// 0.95 from 1 mm on), T the time constant, a the acceleration outwards without the stop, A what a unit of force changes it by, and A₀ the
/// same in the pose of the model's file: force = max(0, a + 2 v / (0.95 T) + d r / (0.95 T)²) / (A + A₀ (1 - d) / d), inwards. Exact, as no
/// mechanism here meets two stops at once.
/// </remarks>
internal readonly struct JointLimit(double bound, double timeConstant, double initialInverseInertia)
{
    private const double LeastImpedance = 0.9;
    private const double MostImpedance = 0.95;
    private const double Width = 0.001;

    private readonly double _damping = 2 / (MostImpedance * timeConstant);
    private readonly double _stiffness = 1 / (MostImpedance * MostImpedance * timeConstant * timeConstant);

    /// <summary>The force or torque of the stops on the joint.</summary>
    /// <param name="position">Of the joint; its range is from -bound to bound.</param>
    /// <param name="velocity">Of the joint.</param>
    /// <param name="free">Its acceleration without a stop.</param>
    /// <param name="inverseInertia">A: how much a unit of force or torque on the joint accelerates it.</param>
    public double Force(double position, double velocity, double free, double inverseInertia)
    {
        var beyond = Math.Abs(position) - bound;
        if (beyond <= 0)
            return 0;
        var outwards = Math.Sign(position);
        var impedance = Impedance(beyond);
        var excess = outwards * free + _damping * outwards * velocity + _stiffness * impedance * beyond;
        return -outwards * Math.Max(0, excess) / (inverseInertia + initialInverseInertia * (1 - impedance) / impedance);
    }

    private static double Impedance(double beyond)
    {
        var share = Math.Min(beyond / Width, 1);
        var rise = share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) * (1 - share);
        return LeastImpedance + rise * (MostImpedance - LeastImpedance);
    }
}

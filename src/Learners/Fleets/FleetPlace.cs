namespace StreamLearn.Learners.Fleets;

/// <summary>Where the learners of a fleet run. No state: a fleet can go on at another place.</summary>
/// <param name="Gpu">The GPU of networks that run on one, by Torch's number; others do not look at it.</param>
public sealed record FleetPlace(int Gpu)
{
    /// <summary>The first GPU, if any.</summary>
    public static FleetPlace Default { get; } = new(0);

    /// <summary>For learners that are made only to see whether their settings can be used: on the processor, whatever they ask for. A node
    /// that runs no learners need not have their devices.</summary>
    internal static FleetPlace Trial { get; } = new(0) { IsTrial = true };

    internal bool IsTrial { get; private init; }
}

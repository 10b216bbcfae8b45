namespace StreamLearn.Learners.Fleets;

/// <summary>A key of a fleet, and its place in the order of use: a link of the chain that <see cref="UseOrder"/> is.</summary>
/// <param name="key">The key, UTF-8.</param>
internal abstract class FleetKey(byte[] key)
{
    internal byte[] Key => key;

    /// <summary>
    /// Kafka offset of the last record that has changed it: a number that no other key of the bucket has, and that a replay brings again.
    /// </summary>
    internal long LastUse { get; set; }

    /// <summary>In which of the times between two <see cref="ILearnerFleet.TakeChanges"/> it was last marked as changed.</summary>
    internal long MarkedIn { get; set; } = -1;

    /// <summary>Bytes of its state when it was last written or loaded; before that, what they are likely to be.</summary>
    internal int StateBytes { get; set; }

    /// <summary>Whether its state was ever written or loaded.</summary>
    internal bool IsStored { get; set; }

    /// <summary>Whether its learners have left memory since it was last used, even if they are back.</summary>
    internal bool IsIdle { get; set; }

    /// <summary>The next one towards those that have been idle longer.</summary>
    internal FleetKey? Earlier { get; set; }

    /// <summary>The next one towards those that were used later.</summary>
    internal FleetKey? Later { get; set; }

    /// <summary>Who has been idle longer.</summary>
    internal static int Compare(FleetKey x, FleetKey y) =>
        x.LastUse != y.LastUse ? x.LastUse.CompareTo(y.LastUse) : x.Key.AsSpan().SequenceCompareTo(y.Key);
}

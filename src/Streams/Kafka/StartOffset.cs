namespace StreamLearn.Streams.Kafka;

/// <summary>Where a partition without a stored position is read from.</summary>
public enum StartOffset
{
    /// <summary>The oldest record there is.</summary>
    Earliest,

    /// <summary>The next record that arrives.</summary>
    Latest,
}

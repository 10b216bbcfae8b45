namespace StreamLearn.Streams.Influx.Sending;

/// <summary>What the status of an answer means.</summary>
internal enum WriteAnswer
{
    /// <summary>The lines are written.</summary>
    Written,

    /// <summary>The server cannot take them now.</summary>
    Away,

    /// <summary>It would not take any lines as things are: address, bucket, token.</summary>
    Refused,

    /// <summary>Some of the lines, or all, are bad.</summary>
    Rejected,

    /// <summary>They are too many for one request.</summary>
    TooLarge,
}

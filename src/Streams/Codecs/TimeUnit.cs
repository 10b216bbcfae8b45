namespace StreamLearn.Streams.Codecs;

/// <summary>How a number in a time field is read. Text is always read as ISO 8601, UTC where it names no offset.</summary>
public enum TimeUnit : byte
{
    /// <summary>By its size: below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds since 1970.</summary>
    Auto,

    /// <summary>Seconds since 1970.</summary>
    Seconds,

    /// <summary>Milliseconds since 1970.</summary>
    Milliseconds,

    /// <summary>Microseconds since 1970.</summary>
    Microseconds,

    /// <summary>Nanoseconds since 1970.</summary>
    Nanoseconds,

    /// <summary>ISO 8601 text: how a record's time was written, never a setting.</summary>
    Iso,
}

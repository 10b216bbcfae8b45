namespace StreamLearn.Streams.Influx;

/// <summary>Why points are not written; tags of the counter <c>influx.points.dropped</c>.</summary>
public static class DropReason
{
    /// <summary>No field was left: none was set, or all were NaN, infinite or too large.</summary>
    public const string NoFields = "no-fields";

    /// <summary>More came at once than is taken from memory.</summary>
    public const string Buffer = "buffer";

    /// <summary>The spool could not be written, or there is none.</summary>
    public const string Spool = "spool";

    /// <summary>The spool was full: the oldest went.</summary>
    public const string Evicted = "evicted";

    /// <summary>A record of the spool was damaged.</summary>
    public const string Damaged = "damaged";

    /// <summary>The server refused the line.</summary>
    public const string Rejected = "rejected";

    /// <summary>The line alone is too large for the server.</summary>
    public const string TooLarge = "too-large";

    /// <summary>They came after the end.</summary>
    public const string Stopped = "stopped";

    /// <summary>Sending it failed again and again while others went through, or in a way that nobody has thought of.</summary>
    public const string Failed = "failed";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [NoFields, Buffer, Spool, Evicted, Damaged, Rejected, TooLarge, Stopped, Failed];
}

namespace StreamLearn.Streams.Influx.Lines;

/// <summary>Unit of the times that are sent. Points of a series within one unit are one point to the server.</summary>
public enum MetricPrecision
{
    /// <summary>10⁻⁹ s.</summary>
    Nanoseconds,

    /// <summary>10⁻⁶ s.</summary>
    Microseconds,

    /// <summary>10⁻³ s.</summary>
    Milliseconds,

    /// <summary>Seconds.</summary>
    Seconds,
}

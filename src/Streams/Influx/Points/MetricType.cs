using System.Diagnostics.CodeAnalysis;

namespace StreamLearn.Streams.Influx.Points;

/// <summary>What the values of a field are. A database keeps the type that it has seen first.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The names that InfluxDB's documentation has for its types.")]
public enum MetricType
{
    /// <summary>64-bit floating point. NaN and infinities are dropped and counted: the protocol has none.</summary>
    Float,

    /// <summary>64-bit signed.</summary>
    Integer,

    /// <summary>64-bit unsigned; a 1.x server gets it as a signed one, and where it does not fit it is dropped and counted.</summary>
    Unsigned,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Text.</summary>
    Text,
}

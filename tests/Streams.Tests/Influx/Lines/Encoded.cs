using System.Text;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;

namespace StreamLearn.Streams.Tests.Influx.Lines;

/// <summary>Encodes points.</summary>
internal static class Encoded
{
    public const long Time = 1_700_000_000_123_456_789;

    public static string Lines(MetricBatch batch, LineProtocolEncoder? encoder = null)
    {
        using var lines = new LineBuffer();
        (encoder ?? new LineProtocolEncoder(MetricPrecision.Nanoseconds)).Encode(batch, lines);
        return Encoding.UTF8.GetString(lines.Written);
    }

    public static IReadOnlyList<ParsedPoint> Parsed(MetricBatch batch, LineProtocolEncoder? encoder = null) =>
        LineParser.All(Encoding.UTF8.GetBytes(Lines(batch, encoder)));

    /// <summary>A point with one field, as text.</summary>
    public static string Line(MetricType type, Action<MetricBatch, MetricSeries> add, InfluxApi api = InfluxApi.V2)
    {
        using var batch = new MetricBatch();
        add(batch, new MetricSeries(new MetricSchema("m", new MetricField("f", type))));
        return Lines(batch, new LineProtocolEncoder(MetricPrecision.Nanoseconds, api));
    }
}

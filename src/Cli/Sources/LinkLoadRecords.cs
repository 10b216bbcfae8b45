using System.Buffers;
using System.Text;
using System.Text.Json;
using StreamLearn.Simulation.Networks;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;

namespace StreamLearn.Cli.Sources;

/// <summary>Link loads as the records of a topic: <c>{"link": "ATLAng>HSTNng", "ts": 1078099200, "load": 312.5}</c>, load in
/// Mbit/s.</summary>
internal static class LinkLoadRecords
{
    /// <summary>The fields of such a record, the task that goes with them, and rivals worth knowing: HOCON of a pipeline.</summary>
    internal static string Pipeline(string name) => $$"""
        streamlearn.pipelines.{{name}} {
          source { format = json, key = link, time = ts, value = load, co-partitioned = on }
          task { kind = forecast, horizons = [1, 3, 12], step = 5m }
          learner { kind = liquid }
          rivals = [hybrid, recursive-least-squares, last-value, seasonal-last-value]
          drift { detectors = [{ kind = adwin, on = error }] }
        }
        """;

    /// <summary>Bin by bin, within a bin link by link.</summary>
    internal static IEnumerable<InputRecord> Of(LinkLoads loads)
    {
        var keys = loads.Links.Select(Encoding.UTF8.GetBytes).ToArray();
        for (var bin = 0; bin < loads.Bins; bin++)
        {
            var time = loads.TimeOf(bin).ToUnixTimeSeconds();
            for (var link = 0; link < keys.Length; link++)
            {
                yield return new InputRecord(keys[link], Value(keys[link], time, loads[bin, link]));
            }
        }
    }

    /// <summary>The same as batches of one partition.</summary>
    internal static IEnumerable<RecordBatch> Batches(LinkLoads loads, string topic)
    {
        var builder = new RecordBatchBuilder(topic, 0, maxRecords: 512, maxBytes: 1024 * 1024);
        var offset = 0L;
        foreach (var record in Of(loads))
        {
            if (builder.IsFull)
            {
                yield return builder.Build(epoch: 0);
            }

            builder.Add(offset++, 0, record.Key, hasKey: true, record.Value, hasValue: true);
        }

        if (builder.Count > 0)
        {
            yield return builder.Build(epoch: 0);
        }
    }

    private static byte[] Value(ReadOnlySpan<byte> link, long time, double load)
    {
        var buffer = new ArrayBufferWriter<byte>(96);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = RelaxedJson.Encoder });
        writer.WriteStartObject();
        writer.WriteString("link"u8, link);
        writer.WriteNumber("ts"u8, time);
        writer.WriteNumber("load"u8, load);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}

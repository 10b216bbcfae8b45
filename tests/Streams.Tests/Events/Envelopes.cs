using System.Text;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Tests.Events;

/// <summary>Batches of the events topic.</summary>
internal static class Envelopes
{
    internal const long FirstOffset = 5000;

    internal static byte[] Of(EventOrigin origin, string? key, string? value, long timestamp = 1000) => new EventEnvelope
    {
        Origin = origin,
        Timestamp = timestamp,
        HasKey = key is not null,
        HasValue = value is not null,
        Key = Encoding.UTF8.GetBytes(key ?? ""),
        Value = Encoding.UTF8.GetBytes(value ?? ""),
    }.Encode();

    /// <summary>Records with the key "events-key" and these values; null: a tombstone.</summary>
    internal static RecordBatch Batch(params byte[]?[] values)
    {
        var builder = new RecordBatchBuilder("p.events", 2, Math.Max(1, values.Length), int.MaxValue);
        for (var i = 0; i < values.Length; i++)
        {
            builder.Add(FirstOffset + i, 77, "events-key"u8, hasKey: true, values[i], hasValue: values[i] is not null);
        }

        return builder.Build(epoch: 4);
    }
}

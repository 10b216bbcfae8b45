using System.Text;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Tests.Records;

/// <summary>Batches of given records, with offsets and timestamps that count up.</summary>
internal static class BatchOf
{
    public const long FirstOffset = 100;

    public const long FirstTimestamp = 1_700_000_000_000;

    /// <summary>Records without message keys.</summary>
    public static RecordBatch Values(params string?[] values) => Records([.. values.Select(value => ((string?)null, value))]);

    public static RecordBatch Records(params (string? Key, string? Value)[] records) =>
        Bytes([.. records.Select(record => (Utf8(record.Key), Utf8(record.Value)))]);

    public static RecordBatch Bytes(params (byte[]? Key, byte[]? Value)[] records)
    {
        var builder = new RecordBatchBuilder("link-load", 3, Math.Max(1, records.Length), int.MaxValue);
        for (var i = 0; i < records.Length; i++)
        {
            var (key, value) = records[i];
            builder.Add(FirstOffset + i, FirstTimestamp + i, key, key is not null, value, value is not null);
        }

        return builder.Build(epoch: 0);
    }

    private static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}

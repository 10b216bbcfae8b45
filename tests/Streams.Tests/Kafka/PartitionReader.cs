using System.Text;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>Runs the stream of a partition and asks for a batch only when a test does.</summary>
internal sealed class PartitionReader
{
    private readonly PartitionAssigned _assigned;
    private readonly ISinkQueue<RecordBatch> _queue;

    public PartitionReader(PartitionAssigned assigned, IMaterializer materializer)
    {
        _assigned = assigned;
        _queue = assigned.Records
            .ToMaterialized(Sink.Queue<RecordBatch>().WithAttributes(Attributes.CreateInputBuffer(1, 1)), Keep.Right)
            .Run(materializer);
    }

    /// <summary>What has been read so far.</summary>
    public List<SeenRecord> Records { get; } = [];

    public int Partition => _assigned.Partition;

    public PartitionControl Control => _assigned.Control;

    public void Seek(long offset, int epoch) => Control.Seek(offset, epoch);

    public Task ReadAsync(int records, string phase) => ReadUntilAsync(() => Records.Count >= records, phase, $"{records} records");

    public async Task ReadUntilAsync(Func<bool> done, string phase, string expected)
    {
        while (!done())
        {
            Assert.True(await ReadBatchAsync(phase, expected), $"{phase}: expected {expected}, got {Seen()} and the end of the stream.");
        }
    }

    /// <summary>Reads to the end of the stream; throws what made it fail.</summary>
    public async Task ReadToEndAsync(string phase)
    {
        while (await ReadBatchAsync(phase, "the end of the stream"))
        {
        }
    }

    private async Task<bool> ReadBatchAsync(string phase, string expected)
    {
        var next = await _queue.PullAsync().Within($"{phase}, partition {Partition}", expected, Seen);
        if (!next.HasValue)
        {
            return false;
        }

        var batch = next.Value;
        Assert.Equal(Partition, batch.Partition);
        for (var row = 0; row < batch.Count; row++)
        {
            Records.Add(new SeenRecord(
                batch.Offsets[row], batch.Epoch, batch.HasKey(row) ? Encoding.UTF8.GetString(batch.Key(row)) : null,
                batch.HasValue(row) ? Encoding.UTF8.GetString(batch.Value(row)) : null, batch.Timestamps[row]));
        }

        return true;
    }

    private string Seen() => $"{Records.Count} records, the last of offset {(Records.Count > 0 ? Records[^1].Offset : -1)}";
}

using System.Threading.Channels;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Kafka;

/// <summary>What has been read of a partition and not been handed over.</summary>
internal sealed class PartitionBuffer(Channel<RecordBatch> channel, RecordBatchBuilder builder, PartitionLease lease)
{
    // Closed batches that found no room. Bounded: once there is one, the partition is paused.
    private readonly Queue<RecordBatch> _closed = new();
    private int _epoch;

    internal Channel<RecordBatch> Channel { get; } = channel;

    internal RecordBatchBuilder Builder { get; } = builder;

    internal PartitionLease Lease { get; } = lease;

    internal bool Paused { get; set; }

    /// <summary>Whether it has been told where to read, and is there; it is paused before.</summary>
    internal bool IsPlaced { get; private set; }

    /// <summary>Whether it must be paused: there is no place to read from, or no room for what is read.</summary>
    internal bool Waits => !IsPlaced || _closed.Count > 0;

    /// <summary>Offset of what is to be read next.</summary>
    internal long Next { get; set; }

    /// <summary>Where to go before anything is read again; null: just on.</summary>
    internal long? SeekTo { get; set; }

    /// <summary>When it could not be sought for the first time; null: it could.</summary>
    internal long? RefusedAt { get; set; }

    /// <summary>Whether the client has stopped to fetch it, for its place is not in the log: it cannot be sought then.</summary>
    internal bool HasStopped { get; set; }

    internal void Close()
    {
        if (Builder.Count > 0)
        {
            _closed.Enqueue(Builder.Build(_epoch));
        }
    }

    internal void HandOver()
    {
        while (_closed.TryPeek(out var batch) && Channel.Writer.TryWrite(batch))
        {
            _closed.Dequeue();
        }
    }

    internal void StartEpoch(int epoch, long offset)
    {
        _epoch = epoch;
        _closed.Clear();
        Builder.Clear();
        SeekTo = offset;
        RefusedAt = null;
    }

    internal void ReadFrom(long offset)
    {
        Next = offset;
        IsPlaced = true;
    }
}

using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using System.Text;
using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Metrics;

/// <summary>
/// Traces the way of some records of a pipeline: <c>read</c>, <c>chunk</c>, <c>learn</c>, <c>deliver</c>, as activities of the source <c>StreamLearn</c>.
/// Which records says their offset, and the trace's id follows from pipeline, partition and offset: whoever has a part of the way, on whatever node, adds to
/// the same trace, and a record that is read again does too. Where nobody listens, or nothing is to be traced, it costs a look at a number for each chunk.
/// Thread-safe.
/// </summary>
public sealed class RecordTracer
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "StreamLearn";

    private static readonly ActivitySource Source = new(SourceName);

    private readonly string _pipeline;
    private readonly byte[] _name;
    private readonly long _every;

    /// <param name="pipeline">Whose records.</param>
    public RecordTracer(PipelineDefinition pipeline)
    {
        _pipeline = pipeline.Name;
        _name = Encoding.UTF8.GetBytes(pipeline.Name);
        _every = pipeline.TraceRatio > 0 ? (long)Math.Max(1, Math.Round(1 / pipeline.TraceRatio)) : 0;
    }

    /// <summary>Whether anything is traced.</summary>
    internal bool IsOn => _every > 0 && Source.HasListeners();

    /// <summary>The first of ascending offsets whose record is traced: every so many-th offset of a partition is. -1: none.</summary>
    internal long FirstTraced(ReadOnlySpan<long> offsets)
    {
        if (!IsOn || offsets.Length == 0)
        {
            return -1;
        }

        // Mostly there is none up to the last one, or the first that could be is there.
        for (var next = After(offsets[0]); next <= offsets[^1]; next += _every)
        {
            var at = offsets.BinarySearch(next);
            if (at >= 0)
            {
                return next;
            }

            // Offsets may have gaps, as of compaction: on from the one behind it.
            next = After(offsets[~at]) - _every;
        }

        return -1;
    }

    /// <summary>Adds a part of the way that has just ended.</summary>
    /// <param name="part">Which part.</param>
    /// <param name="partition">The record's partition.</param>
    /// <param name="offset">Its offset; -1: it is not traced.</param>
    /// <param name="took">How long the part took.</param>
    /// <param name="records">Records that went with it.</param>
    internal void Add(string part, int partition, long offset, TimeSpan took, int records)
    {
        if (offset < 0)
        {
            return;
        }

        using var activity = Source.StartActivity(part, ActivityKind.Internal, ContextOf(partition, offset));
        if (activity is not null)
        {
            var end = activity.StartTimeUtc;
            activity.SetTag("streamlearn.pipeline", _pipeline).SetTag("streamlearn.partition", partition).SetTag("streamlearn.offset", offset)
                .SetTag("streamlearn.records", records);
            activity.SetStartTime(end - took).SetEndTime(end);
        }
    }

    /// <summary>The trace of a record. Its parts have one parent, which is no activity: nobody has the whole way.</summary>
    internal ActivityContext ContextOf(int partition, long offset)
    {
        Span<byte> identity = stackalloc byte[_name.Length + sizeof(int) + sizeof(long)];
        _name.CopyTo(identity);
        BinaryPrimitives.WriteInt32LittleEndian(identity[_name.Length..], partition);
        BinaryPrimitives.WriteInt64LittleEndian(identity[(_name.Length + sizeof(int))..], offset);
        Span<byte> id = stackalloc byte[16];
        XxHash128.Hash(identity, id);
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(id), ActivitySpanId.CreateFromBytes(id[..8]), ActivityTraceFlags.Recorded, traceState: null, isRemote: true);
    }

    private long After(long offset) => (offset + _every - 1) / _every * _every;
}

using System.Collections.Concurrent;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Serving;

/// <summary>Reads the records of requests as those of a pipeline's sources are read, by the same decoders. Thread-safe.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="time">Says when a record comes: its timestamp.</param>
public sealed class RequestDecoder(PipelineDefinition pipeline, TimeProvider time)
{
    // A decoder is for one stream: as many as there are requests at a time.
    private readonly ConcurrentBag<IRecordDecoder>[] _decoders = [.. pipeline.Sources.Select(_ => new ConcurrentBag<IRecordDecoder>())];

    /// <summary>The examples, and what is wrong with the records that are none. Their offsets are their places in the request.</summary>
    /// <param name="source">Which source they are read as, by its place in the configuration.</param>
    /// <param name="records">The records.</param>
    public DecodedBatch Decode(int source, IReadOnlyList<RequestRecord> records)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var builder = new RecordBatchBuilder(pipeline.Sources[source].Topic, 0, records.Count, int.MaxValue);
        for (var row = 0; row < records.Count; row++)
        {
            builder.Add(row, now, records[row].Key, records[row].Key is not null, records[row].Value.Span, hasValue: true);
        }

        var decoder = _decoders[source].TryTake(out var free) ? free : pipeline.Sources[source].Schema.CreateDecoder();
        var decoded = decoder.Decode(builder.Build(epoch: 0));
        _decoders[source].Add(decoder);
        return decoded;
    }
}

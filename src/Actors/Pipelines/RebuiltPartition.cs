using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Pipelines;

/// <summary>
/// The learners of one partition, made anew from its log: the same decoder, buckets and fleets as a node's, so that they have the same
/// bits. Nothing is written. Single-threaded. Disposed of, it has no learners.
/// </summary>
public sealed class RebuiltPartition : IDisposable
{
    private readonly PipelineDefinition _pipeline;
    private readonly int _partition;
    private readonly long _first;
    private readonly BucketState[] _buckets;
    private readonly BucketChunker _chunker;
    private readonly IRecordDecoder _decoder;
    private readonly RebuiltOutputs? _outputs;
    private readonly SortedDictionary<int, (long First, long Last)> _outstanding = [];
    private readonly PartCodec _codec = new();
    private long _next;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="partition">The partition of the topic that it learns from.</param>
    /// <param name="first">Offset where reading begins.</param>
    /// <param name="outputs">Is told what a node would put out; null: nobody wants to know.</param>
    public RebuiltPartition(PipelineDefinition pipeline, int partition, long first, RebuiltOutputs? outputs = null)
    {
        _outputs = outputs;
        _pipeline = pipeline;
        _partition = partition;
        _first = _next = first;
        _buckets = [.. Enumerable.Range(0, pipeline.Buckets).Select(_ => new BucketState(pipeline, partition: partition))];
        _chunker = new BucketChunker(pipeline.Buckets, pipeline.Chunks, pipeline.Plan, pipeline.ReplicaKey);
        _decoder = pipeline.CreateDecoder();
    }

    /// <summary>The partition.</summary>
    public int Partition => _partition;

    /// <summary>With replicas: by slice, the sequences of the contributions that the partition's replica has made and that no average in the log has: it
    /// waits for them.</summary>
    public IReadOnlyDictionary<int, (long First, long Last)> Outstanding => _outstanding;

    /// <summary>Records learned from, and the others, without copies that had come before and averages of replicas.</summary>
    public long Records { get; private set; }

    /// <summary>Records that could not be learned from.</summary>
    public long DeadLetters { get; private set; }

    /// <summary>Takes the next records in.</summary>
    public void Learn(RecordBatch records)
    {
        var decoded = _decoder.Decode(records);
        DeadLetters += decoded.DeadLetters.Length;
        Records += records.Count;
        var answers = new List<AnsweredChunk>();
        _chunker.Split(decoded, (bucket, examples, rows) =>
        {
            var state = _buckets[bucket];
            var answer = (Ack)state.Receive(
                new Chunk(new BucketId(_partition, bucket), 0, state.LastApplied, examples.Offsets[^1], examples, 0));
            Count(examples, answer.Predictions);
            answers.Add(new AnsweredChunk(rows, 0, answer.Predictions));
        });
        _outputs?.Put(new AnsweredBatch(decoded, answers, records.Offsets[0]));
        _next = records.Offsets[^1] + 1;
    }

    /// <summary>Tells that the log is read up to an offset: what lies between the last record and there is none.</summary>
    public void ReadUpTo(long next) => _next = Math.Max(_next, next);

    /// <summary>How the keys stand.</summary>
    public IEnumerable<KeyReport> Report() => _buckets.SelectMany(bucket => bucket.Fleet.Report());

    /// <summary>Where reading has come to.</summary>
    internal PartitionCursor End(DateTimeOffset now) => new(_partition, _first, _next, [.. _buckets.Select(bucket =>
        bucket.LastApplied)], now);

    /// <summary>The buckets that have learned anything, and what is to be stored of them.</summary>
    internal IEnumerable<(BucketId Bucket, BucketCheckpoint Checkpoint)> Checkpoints()
    {
        for (var bucket = 0; bucket < _buckets.Length; bucket++)
        {
            var state = _buckets[bucket];
            if (state.LastApplied != Protocol.IngestProtocol.Nothing)
            {
                yield return (
                    new BucketId(_partition, bucket), state.TakeCheckpoint(Protocol.IngestProtocol.Nothing));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var bucket in _buckets)
        {
            bucket.Leave();
        }
    }

    private void Count(ExampleBatch examples, PredictionBatch answers)
    {
        var due = 0;
        for (var row = 0; row < answers.Count; row++)
        {
            var status = answers.Statuses[row];
            Records -= status is ExampleStatus.Repeated or ExampleStatus.Averaged ? 1 : 0;
            DeadLetters += status.IsRefusal() ? 1 : 0;
            if (status == ExampleStatus.Averaged)
            {
                Receive(ReplicaAverage.TryDecode(examples.Payload(row))!);
            }

            for (; due < answers.Contributions.Count && answers.Contributions[due].Row == row; due++)
            {
                Add(Contribution.TryDecode(answers.Contributions[due].Bytes, _codec)!);
            }
        }
    }

    private void Add(Contribution made) => _outstanding[made.Slice] =
        (_outstanding.TryGetValue(made.Slice, out var waiting) ? waiting.First : made.Sequence, made.Sequence);

    /// <summary>Sequences of a replica only go up in averages: what was made before the one in it, the replica has taken back.</summary>
    private void Receive(ReplicaAverage average)
    {
        if (average.Members.FirstOrDefault(member => member.Replica == _partition).Sequence is > 0 and var own
            && _outstanding.TryGetValue(average.Slice, out var waiting))
        {
            if (own >= waiting.Last)
            {
                _outstanding.Remove(average.Slice);
            }
            else
            {
                _outstanding[average.Slice] = (Math.Max(waiting.First, own + 1), waiting.Last);
            }
        }
    }
}

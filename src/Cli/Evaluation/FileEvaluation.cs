using System.Text;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cli.Output;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;

namespace StreamLearn.Cli.Evaluation;

/// <summary>
/// The engine of a pipeline on batches of records without a broker: the same decoder, the same fleets of learners, the same scores. The
/// same records give the same bits as a live run.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="seed">Seed of all randomness.</param>
/// <param name="time">Clock of the rate.</param>
internal sealed class FileEvaluation(PipelineDefinition pipeline, ulong seed, TimeProvider time) : IDisposable
{
    private readonly ILearnerFleet _fleet = pipeline.Plan.CreateFleet(pipeline.Plan.MaxKeys);
    private readonly List<string> _firstDeadLetters = [];
    private readonly SortedDictionary<string, long> _reasons = new(StringComparer.Ordinal);
    private long _predictions;
    private long _deadLetters;
    private long _tombstones;
    private long _withoutRate;
    private long _dropped;
    private long _evictions;
    private long _learned;
    private long _held;

    /// <summary>What the first dead letters were.</summary>
    internal IReadOnlyList<string> FirstDeadLetters => _firstDeadLetters;

    /// <summary>How many dead letters there were for each reason.</summary>
    internal IReadOnlyDictionary<string, long> DeadLetterReasons => _reasons;

    /// <summary>Runs the records through.</summary>
    /// <param name="batches">The records.</param>
    /// <param name="predictions">Receives the prediction records, a line each; null: nobody wants them.</param>
    /// <param name="cancellation">Ends it between batches.</param>
    internal PipelineSummary Run(IEnumerable<RecordBatch> batches, Stream? predictions, CancellationToken cancellation)
    {
        using var encoder = TaskEncoder.For(pipeline);
        var decoder = pipeline.Schema.CreateDecoder();
        var started = time.GetTimestamp();
        foreach (var batch in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            var decoded = decoder.Decode(batch);
            foreach (var letter in decoded.DeadLetters)
            {
                AddDeadLetter(batch, letter);
            }

            var outcome = PredictionBatch.Allocate(decoded.Examples.Count, _fleet.PredictionWidth);
            _fleet.Process(pipeline.ReplicaKey is { } key ? decoded.Examples.WithKey(key) : decoded.Examples, 0, outcome);
            Count(decoded, outcome);
            if (predictions is not null)
            {
                Write(decoded, outcome, encoder, predictions);
            }
        }

        var seconds = time.GetElapsedTime(started).TotalSeconds;
        return new PipelineSummary(
            pipeline, seed, new RecordCounts(_predictions, _deadLetters, _tombstones, _withoutRate, _dropped, _evictions, Learned: _learned, Held: _held), seconds,
            pipeline.Plan.Summarize(_fleet.Report()));
    }

    /// <inheritdoc/>
    public void Dispose() => _fleet.Dispose();

    private void Count(DecodedBatch decoded, PredictionBatch outcome)
    {
        _evictions += outcome.Evictions.Count;
        for (var row = 0; row < outcome.Count; row++)
        {
            switch (outcome.Statuses[row])
            {
                case ExampleStatus.Predicted:
                    _predictions++;
                    break;
                case ExampleStatus.Forgotten:
                    _tombstones++;
                    break;
                case ExampleStatus.NoRate:
                    _withoutRate++;
                    break;
                case ExampleStatus.Dropped:
                    _dropped++;
                    break;
                case ExampleStatus.Learned:
                    _learned++;
                    break;
                case ExampleStatus.Held:
                    _held++;
                    break;
                case var refused:
                    AddDeadLetter(decoded.Records, new DeadLetter(decoded.Rows[row], DeadLetterReason.Of(refused), pipeline.FieldOf(refused, default)));
                    break;
            }
        }
    }

    private void AddDeadLetter(RecordBatch batch, DeadLetter letter)
    {
        const int Shown = 5;
        const int ShownBytes = 120;
        _deadLetters++;
        _reasons[letter.Reason] = _reasons.GetValueOrDefault(letter.Reason) + 1;
        if (_firstDeadLetters.Count < Shown)
        {
            var value = batch.Value(letter.Row);
            var text = string.Concat(Encoding.UTF8.GetString(value[..Math.Min(ShownBytes, value.Length)]).Select(c => char.IsControl(c) ? '?' : c));
            _firstDeadLetters.Add($"{batch.Topic}, record {batch.Offsets[letter.Row]}: {letter.Reason} {letter.Field}: {text}");
        }
    }

    private static void Write(DecodedBatch decoded, PredictionBatch outcome, TaskEncoder encoder, Stream predictions)
    {
        for (var row = 0; row < outcome.Count; row++)
        {
            if (outcome.Statuses[row] == ExampleStatus.Predicted)
            {
                predictions.Write(encoder.Encode(decoded, row, outcome, row));
                predictions.WriteByte((byte)'\n');
            }
        }
    }
}

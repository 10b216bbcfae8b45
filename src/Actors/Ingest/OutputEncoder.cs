using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Ingest;

/// <summary>Makes the records of the topics that a pipeline writes from what an ingest puts out. One for each stream.</summary>
internal sealed class OutputEncoder(PipelineDefinition pipeline) : IDisposable
{
    private readonly TaskEncoder _task = TaskEncoder.For(pipeline);

    // Of the record before: the next one is mostly from there too.
    private RecordOrigin? _origin;

    /// <summary>The batches to write.</summary>
    internal EncodedOutput Encode(AnsweredBatch answered)
    {
        var predictions = new List<OutputRecord>(answered.Source.Examples.Count);
        var deadLetters = new List<OutputRecord>();
        foreach (var letter in answered.Source.DeadLetters)
        {
            if (answered.Source.Records.Offsets[letter.Row] >= answered.From)
            {
                deadLetters.Add(DeadLetter(answered, letter));
            }
        }

        var counts = new StatusCounts();
        foreach (var chunk in answered.Chunks)
        {
            Encode(answered, chunk, predictions, deadLetters, counts);
        }

        var alarms = Events(
            answered, chunk => chunk.Predictions.DriftAlarms, alarm => alarm.Row, _task.Encode);
        var alerts = Events(
            answered, chunk => chunk.Predictions.Alerts, alert => alert.Row, _task.Encode);
        return new EncodedOutput(
            Batch(pipeline.PredictionsTopic, answered, predictions), Batch(pipeline.DeadLettersTopic, answered, deadLetters))
        {
            Next = answered.Next,
            Timestamp = answered.Source.Records.Timestamps[^1],
            Drift = Batch(pipeline.DriftTopic, answered, alarms),
            Alerts = Batch(pipeline.AlertsTopic, answered, alerts),
            Contributions = new OutputBatch(pipeline.ContributionsTopic, Contributions(answered)),
            Predicted = counts.Predicted,
            Refused = deadLetters.Count,
            Forgotten = counts.Forgotten,
            WithoutRate = counts.WithoutRate,
            Dropped = counts.Dropped,
            Repeated = counts.Repeated,
            Learned = counts.Learned,
            Held = counts.Held,
            Averaged = counts.Averaged,
            Controlled = counts.Controlled,
            DriftAlarms = alarms.Count,
            Evictions = answered.Chunks.Sum(chunk => chunk.Predictions.Evictions.Count(at => IsNew(answered, chunk, at))),
            Recoveries = Recoveries(answered),
            AlertsRaised = answered.Chunks.Sum(chunk => chunk.Predictions.Alerts.Count(alert => alert.Change.Raised && IsNew(answered, chunk, alert.Row))),
        };
    }

    public void Dispose() => _task.Dispose();

    private void Encode(
        AnsweredBatch answered, AnsweredChunk chunk, List<OutputRecord> predictions, List<OutputRecord> deadLetters, StatusCounts counts)
    {
        for (var at = 0; at < chunk.Predictions.Count; at++)
        {
            if (!IsNew(answered, chunk, at))
            {
                continue;
            }

            var row = chunk.Rows[chunk.FirstRow + at];
            switch (chunk.Predictions.Statuses[at])
            {
                case ExampleStatus.Predicted:
                    counts.Predicted++;
                    if (pipeline.PredictionsTopic.Length > 0)
                    {
                        predictions.Add(Prediction(answered, chunk, row, at));
                    }

                    break;
                case ExampleStatus.Forgotten:
                    counts.Forgotten++;
                    break;
                case ExampleStatus.NoRate:
                    counts.WithoutRate++;
                    break;
                case ExampleStatus.Dropped:
                    counts.Dropped++;
                    break;
                case ExampleStatus.Repeated:
                    counts.Repeated++;
                    break;
                case ExampleStatus.Learned:
                    counts.Learned++;
                    break;
                case ExampleStatus.Held:
                    counts.Held++;
                    break;
                case ExampleStatus.Averaged:
                    counts.Averaged++;
                    break;
                case ExampleStatus.Controlled:
                    counts.Controlled++;
                    break;
                case var refused:
                    var (origins, record) = (answered.Source.Records.Origins, answered.Source.Rows[row]);
                    var field = pipeline.FieldOf(refused, origins.Length == 0 ? default : origins[record]);
                    deadLetters.Add(DeadLetter(answered, new DeadLetter(record, DeadLetterReason.Of(refused), field)));
                    break;
            }
        }
    }

    /// <summary>Whether the record of a prediction has not been put out before.</summary>
    private static bool IsNew(AnsweredBatch answered, AnsweredChunk chunk, int at) =>
        answered.Source.Examples.Offsets[chunk.Rows[chunk.FirstRow + at]] >= answered.From;

    private List<OutputRecord> Events<TEvent>(
        AnsweredBatch answered, Func<AnsweredChunk, IReadOnlyList<TEvent>> eventsOf, Func<TEvent, int> rowOf, Encoding<TEvent> encode)
    {
        var examples = answered.Source.Examples;
        var records = new List<OutputRecord>();
        foreach (var chunk in answered.Chunks)
        {
            foreach (var found in eventsOf(chunk))
            {
                if (IsNew(answered, chunk, rowOf(found)))
                {
                    var row = chunk.Rows[chunk.FirstRow + rowOf(found)];
                    var key = examples.Key(row);
                    var value = encode(key, examples.Times[row], answered.Source.TimeForms[row], found);
                    records.Add(WithOrigin(new OutputRecord(key.ToArray(), value), answered.Source.Records, answered.Source.Rows[row]));
                }
            }
        }

        return records;
    }

    /// <summary>In the order of their records, whatever the order of the answers: of a replica's contributions one that comes late counts no more.</summary>
    private static List<OutputRecord> Contributions(AnsweredBatch answered)
    {
        var found = new List<(long Offset, byte[] Bytes)>();
        foreach (var chunk in answered.Chunks)
        {
            foreach (var contribution in chunk.Predictions.Contributions)
            {
                if (IsNew(answered, chunk, contribution.Row))
                {
                    found.Add((answered.Source.Examples.Offsets[chunk.Rows[chunk.FirstRow + contribution.Row]], contribution.Bytes));
                }
            }
        }

        return [.. found.OrderBy(contribution => contribution.Offset).Select(contribution => new OutputRecord(null, contribution.Bytes))];
    }

    private List<RecoveredLearner> Recoveries(AnsweredBatch answered)
    {
        var found = new List<RecoveredLearner>();
        foreach (var chunk in answered.Chunks)
        {
            foreach (var recovery in chunk.Predictions.Recoveries)
            {
                if (IsNew(answered, chunk, recovery.Row))
                {
                    var row = chunk.Rows[chunk.FirstRow + recovery.Row];
                    found.Add(new RecoveredLearner(
                        System.Text.Encoding.UTF8.GetString(answered.Source.Examples.Key(row)),
                        pipeline.Plan.Learners[recovery.Learner].Registration.Kind, answered.Source.Examples.Offsets[row]));
                }
            }
        }

        return found;
    }

    private delegate byte[] Encoding<TEvent>(ReadOnlySpan<byte> key, long time, TimeUnit form, TEvent found);

    private OutputRecord Prediction(AnsweredBatch answered, AnsweredChunk chunk, int row, int at)
    {
        var value = _task.Encode(answered.Source, row, chunk.Predictions, at);
        return WithOrigin(
            new OutputRecord(answered.Source.Examples.Key(row).ToArray(), value), answered.Source.Records, answered.Source.Rows[row]);
    }

    /// <summary>Where a record was copied from is its origin, not where its copy is.</summary>
    private OutputRecord WithOrigin(OutputRecord output, RecordBatch records, int row)
    {
        if (records.Origins.Length == 0)
        {
            return output with { SourceOffset = records.Offsets[row] };
        }

        _origin = records.OriginOf(row, out var offset, _origin);
        return output with { SourceOffset = offset, Origin = _origin };
    }

    private static OutputBatch Batch(string topic, AnsweredBatch answered, IReadOnlyList<OutputRecord> records) =>
        new(topic, records, new RecordOrigin(answered.Source.Records.Topic, answered.Source.Records.Partition));

    private OutputRecord DeadLetter(AnsweredBatch answered, DeadLetter letter)
    {
        var records = answered.Source.Records;
        return WithOrigin(OutputRecord.Of(records, letter), records, letter.Row);
    }

    private sealed class StatusCounts
    {
        internal int Predicted { get; set; }

        internal int Forgotten { get; set; }

        internal int WithoutRate { get; set; }

        internal int Dropped { get; set; }

        internal int Repeated { get; set; }

        internal int Learned { get; set; }

        internal int Held { get; set; }

        internal int Averaged { get; set; }

        internal int Controlled { get; set; }
    }
}

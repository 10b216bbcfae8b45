using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Ingest;

/// <summary>Makes the records of the topics that a pipeline writes from what an ingest puts out. One for each stream.</summary>
internal sealed class OutputEncoder(PipelineDefinition pipeline) : IDisposable
{
    private readonly ForecastEncoder _forecasts = new(pipeline.Plan.Task);
    private readonly EventEncoder _events = new(pipeline.Plan);

    // Of the record before: the next one is mostly from there too.
    private RecordOrigin? _origin;

    /// <summary>The batches to write.</summary>
    internal EncodedOutput Encode(IngestOutput output) => output switch
    {
        AnsweredChunk answered => Encode(answered),
        UndecodedRecords undecoded => Output(
            undecoded, [], [.. undecoded.Source.DeadLetters.Skip(undecoded.First).Select(letter => DeadLetter(undecoded, letter))]),
        _ => throw new ArgumentOutOfRangeException(nameof(output), output.GetType().Name, "No output of an ingest."),
    };

    public void Dispose()
    {
        _forecasts.Dispose();
        _events.Dispose();
    }

    private EncodedOutput Encode(AnsweredChunk answered)
    {
        var predictions = new List<OutputRecord>(answered.Rows.Length);
        var deadLetters = new List<OutputRecord>();
        var predicted = 0;
        var tombstones = 0;
        var withoutRate = 0;
        var dropped = 0;
        for (var i = answered.FirstRow; i < answered.Rows.Length; i++)
        {
            if (answered.Repeats?[i] == true)
            {
                continue;
            }

            var row = answered.Rows[i];
            var at = i - answered.FirstRow;
            switch (answered.Predictions.Statuses[at])
            {
                case ExampleStatus.Predicted:
                    predicted++;
                    if (pipeline.PredictionsTopic.Length > 0)
                    {
                        predictions.Add(Prediction(answered, row, at));
                    }

                    break;
                case ExampleStatus.Forgotten:
                    tombstones++;
                    break;
                case ExampleStatus.NoRate:
                    withoutRate++;
                    break;
                case ExampleStatus.Dropped:
                    dropped++;
                    break;
                case var refused:
                    deadLetters.Add(DeadLetter(
                        answered, new DeadLetter(answered.Source.Rows[row], DeadLetterReason.Of(refused), pipeline.Schema.FieldOf(refused))));
                    break;
            }
        }

        var output = Output(answered, predictions, deadLetters);
        var quiet = answered.Predictions.DriftAlarms.Count + answered.Predictions.Alerts.Count == 0;
        return (quiet ? output : WithEvents(output, answered)) with
        {
            Predicted = predicted, Forgotten = tombstones, WithoutRate = withoutRate, Dropped = dropped,
        };
    }

    private EncodedOutput WithEvents(EncodedOutput output, AnsweredChunk answered)
    {
        var alarms = answered.Predictions.DriftAlarms.Where(alarm => IsNew(alarm.Row)).ToArray();
        var alerts = answered.Predictions.Alerts.Where(alert => IsNew(alert.Row)).ToArray();
        return output with
        {
            Drift = Batch(
                pipeline.DriftTopic, answered,
                Events(alarms, alarm => alarm.Row, (key, time, form, alarm) => _events.Encode(key, time, form, alarm))),
            Alerts = Batch(
                pipeline.AlertsTopic, answered,
                Events(alerts, alert => alert.Row, (key, time, form, alert) => _events.Encode(key, time, form, alert.Change))),
            DriftAlarms = alarms.Length,
            AlertsRaised = alerts.Count(alert => alert.Change.Raised),
        };

        bool IsNew(int at) => answered.Repeats?[answered.FirstRow + at] != true;

        List<OutputRecord> Events<TEvent>(TEvent[] events, Func<TEvent, int> rowOf, Encoding<TEvent> encode)
        {
            var examples = answered.Source.Examples;
            var records = new List<OutputRecord>(events.Length);
            foreach (var found in events)
            {
                var row = answered.Rows[answered.FirstRow + rowOf(found)];
                var key = examples.Key(row);
                var value = encode(key, examples.Times[row], answered.Source.TimeForms[row], found);
                records.Add(WithOrigin(new OutputRecord(key.ToArray(), value), answered.Source.Records, answered.Source.Rows[row]));
            }

            return records;
        }
    }

    private delegate byte[] Encoding<TEvent>(ReadOnlySpan<byte> key, long time, TimeUnit form, TEvent found);

    private OutputRecord Prediction(AnsweredChunk answered, int row, int at)
    {
        var examples = answered.Source.Examples;
        var key = examples.Key(row);
        var value = _forecasts.Encode(
            key, examples.Times[row], answered.Source.TimeForms[row], answered.Predictions.Row(at), answered.Predictions.ModelVersions[at]);
        return WithOrigin(new OutputRecord(key.ToArray(), value), answered.Source.Records, answered.Source.Rows[row]);
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

    private EncodedOutput Output(IngestOutput output, List<OutputRecord> predictions, List<OutputRecord> deadLetters) =>
        new(Batch(pipeline.PredictionsTopic, output, predictions), Batch(pipeline.DeadLettersTopic, output, deadLetters))
        {
            Drift = Batch(pipeline.DriftTopic, output, []),
            Alerts = Batch(pipeline.AlertsTopic, output, []),
            Refused = deadLetters.Count,
        };

    private static OutputBatch Batch(string topic, IngestOutput output, IReadOnlyList<OutputRecord> records) =>
        new(topic, records, new RecordOrigin(output.Source.Records.Topic, output.Source.Records.Partition));

    private OutputRecord DeadLetter(IngestOutput output, DeadLetter letter)
    {
        var records = output.Source.Records;
        return WithOrigin(OutputRecord.Of(records, letter), records, letter.Row);
    }
}

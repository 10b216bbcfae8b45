using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Ingest;

/// <summary>Makes the records of the predictions and dead-letter topics from what an ingest puts out. One for each stream.</summary>
internal sealed class OutputEncoder(PipelineDefinition pipeline) : IDisposable
{
    private readonly ForecastEncoder _forecasts = new(pipeline.Plan.Task);

    /// <summary>The batches to write: predictions, then dead letters.</summary>
    internal EncodedOutput Encode(IngestOutput output) => output switch
    {
        AnsweredChunk answered => Encode(answered),
        UndecodedRecords undecoded => new EncodedOutput(
            Batch(pipeline.PredictionsTopic, undecoded, []),
            Batch(pipeline.DeadLettersTopic, undecoded, [.. undecoded.Source.DeadLetters.Skip(undecoded.First).Select(letter => DeadLetter(undecoded, letter))]),
            0, undecoded.Source.DeadLetters.Length - undecoded.First, 0),
        _ => throw new ArgumentOutOfRangeException(nameof(output), output.GetType().Name, "No output of an ingest."),
    };

    public void Dispose() => _forecasts.Dispose();

    private static OutputBatch Batch(string topic, IngestOutput output, IReadOnlyList<OutputRecord> records) =>
        new(topic, records, new RecordOrigin(output.Source.Records.Topic, output.Source.Records.Partition));

    private static OutputRecord DeadLetter(IngestOutput output, DeadLetter letter)
    {
        var records = output.Source.Records;
        return new OutputRecord(
            records.HasKey(letter.Row) ? records.Key(letter.Row).ToArray() : null,
            records.HasValue(letter.Row) ? records.Value(letter.Row).ToArray() : null,
            records.Offsets[letter.Row], letter.Reason, letter.Field);
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

        return new EncodedOutput(
            Batch(pipeline.PredictionsTopic, answered, predictions), Batch(pipeline.DeadLettersTopic, answered, deadLetters),
            predicted, deadLetters.Count, tombstones, withoutRate, dropped);
    }

    private OutputRecord Prediction(AnsweredChunk answered, int row, int at)
    {
        var examples = answered.Source.Examples;
        var key = examples.Key(row);
        return new OutputRecord(
            key.ToArray(),
            _forecasts.Encode(
                key, examples.Times[row], answered.Source.TimeForms[row], answered.Predictions.Row(at), answered.Predictions.ModelVersions[at]),
            examples.Offsets[row]);
    }
}

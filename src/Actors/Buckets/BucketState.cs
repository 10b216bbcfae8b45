using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Buckets;

/// <summary>A bucket without its actor: the fleet of its keys, the last offset applied, and the answers that may be asked for again.</summary>
internal sealed class BucketState(PipelineDefinition pipeline)
{
    private readonly ForecastFleet _fleet = new(pipeline.Plan, pipeline.Plan.MaxKeys);
    private readonly RecentAnswers _recent = new(pipeline.Chunks.InFlight * pipeline.Chunks.Records);

    internal long LastApplied { get; private set; } = IngestProtocol.Nothing;

    /// <summary>Applies what is new of a chunk and answers it.</summary>
    internal IBucketMessage Receive(Chunk chunk)
    {
        var examples = chunk.Examples;
        var decision = BucketProtocol.Decide(LastApplied, chunk.Previous, chunk.Last, examples.Offsets);
        if (decision.Verdict == BucketVerdict.Rewind)
        {
            return new Rewind(chunk.Bucket, chunk.Epoch, LastApplied);
        }

        var firstKnown = _recent.FirstKnown(examples, decision.FirstRow);
        var predictions = Apply(examples, decision.FirstRow);
        var answer = WithRemembered(examples, firstKnown, decision.FirstRow, predictions);
        if (decision.Verdict == BucketVerdict.Apply)
        {
            LastApplied = chunk.Last;
            _recent.Add(examples, decision.FirstRow, predictions);
        }

        return new Ack(chunk.Bucket, chunk.Epoch, chunk.Last, LastApplied, firstKnown, answer);
    }

    internal BucketReport Report(GetBucketReport request) =>
        new(request.Bucket, LastApplied, _fleet.Keys, _fleet.Report(request.Skip, request.Take));

    private PredictionBatch Apply(ExampleBatch examples, int firstRow)
    {
        var predictions = PredictionBatch.Allocate(examples.Count - firstRow, _fleet.PredictionWidth);
        _fleet.Process(examples, firstRow, predictions);
        return predictions;
    }

    /// <summary>Puts the remembered predictions on the rows from <paramref name="firstKnown"/> on before those on the new rows.</summary>
    private PredictionBatch WithRemembered(ExampleBatch examples, int firstKnown, int firstNew, PredictionBatch predictions)
    {
        if (firstKnown == firstNew)
        {
            return predictions;
        }

        var all = PredictionBatch.Allocate(examples.Count - firstKnown, _fleet.PredictionWidth);
        _recent.Copy(examples, firstKnown, firstNew, all);
        for (var row = 0; row < predictions.Count; row++)
        {
            all.CopyRow(predictions, row, row + firstNew - firstKnown);
        }

        return all;
    }
}

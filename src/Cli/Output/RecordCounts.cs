using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Cli.Output;

/// <summary>What became of the records that a pipeline has read.</summary>
internal sealed record RecordCounts(long Predictions, long DeadLetters, long Tombstones, long NoRate = 0, long Dropped = 0)
{
    internal long Records => Predictions + DeadLetters + Tombstones + NoRate + Dropped;

    internal static RecordCounts Of(PipelineProgress progress) =>
        new(progress.Predictions, progress.DeadLetters, progress.Tombstones, progress.NoRate, progress.Dropped);
}

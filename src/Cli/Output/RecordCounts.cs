using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Cli.Output;

/// <summary>What became of the records that a pipeline has read, and how many keys were forgotten to make room for new ones.</summary>
internal sealed record RecordCounts(
    long Predictions, long DeadLetters, long Tombstones, long NoRate = 0, long Dropped = 0, long Evictions = 0,
    long Skipped = 0, long Learned = 0, long Held = 0)
{
    internal long Records => Predictions + DeadLetters + Tombstones + NoRate + Dropped + Learned + Held;

    internal static RecordCounts Of(PipelineProgress progress) =>
        new(progress.Predictions, progress.DeadLetters, progress.Tombstones, progress.NoRate, progress.Dropped, progress.Evictions,
            progress.Skipped, progress.Learned, progress.Held);
}

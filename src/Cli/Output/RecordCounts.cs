using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Cli.Output;

/// <summary>What became of the records that a pipeline has read.</summary>
internal sealed record RecordCounts(long Predictions, long DeadLetters, long Tombstones)
{
    internal long Records => Predictions + DeadLetters + Tombstones;

    internal static RecordCounts Of(PipelineProgress progress) => new(progress.Predictions, progress.DeadLetters, progress.Tombstones);
}

using StreamLearn.Actors.Checkpoints;

namespace StreamLearn.Actors.Pipelines;

/// <summary>Puts learners that were made anew in the place of all that is stored of a pipeline.</summary>
public static class RebuiltPipeline
{
    /// <summary>Replaces what is stored, in one transaction. Whoever runs the pipeline is fenced.</summary>
    /// <exception cref="CheckpointStoreException">The store does not answer; nothing was changed.</exception>
    public static async Task StoreAsync(
        PipelineDefinition pipeline, ICheckpointStore store, IReadOnlyList<RebuiltPartition> partitions, TimeProvider time,
        CancellationToken cancellation = default) =>
        await store.ReplaceAsync(
            pipeline.Name, PipelineSettings.Of(pipeline).ToString(),
            [.. partitions.Select(partition => new NewPartition(partition.End(time.GetUtcNow()), partition.Checkpoints()))], cancellation)
            .ConfigureAwait(false);
}

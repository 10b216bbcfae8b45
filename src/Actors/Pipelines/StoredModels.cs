using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Pipelines;

/// <summary>The learners of a pipeline as they are stored.</summary>
public static class StoredModels
{
    /// <summary>How the stored learners of all keys stand. Takes nothing over.</summary>
    /// <exception cref="Learners.State.StateFormatException">A state does not fit the pipeline's settings.</exception>
    /// <exception cref="CheckpointStoreException">The store does not answer.</exception>
    public static async Task<IReadOnlyList<KeyReport>> ReportAsync(
        PipelineDefinition pipeline, ICheckpointStore store, CancellationToken cancellation = default)
    {
        var described = await store.DescribeAsync(pipeline.Name, cancellation).ConfigureAwait(false);
        var keys = new List<KeyReport>();
        foreach (var manifest in described?.Buckets ?? [])
        {
            var stored = await store.ReadBucketAsync(pipeline.Name, manifest.Bucket, cancellation).ConfigureAwait(false);
            keys.AddRange(new BucketState(pipeline, stored).Report(new GetBucketReport(manifest.Bucket, 0, int.MaxValue)).Keys);
        }

        return keys;
    }
}

using MessagePack;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Learners.State;

namespace StreamLearn.Actors.Pipelines;

/// <summary>Whether a pipeline can go on with the state that is stored of it.</summary>
public static class StoredStateCheck
{
    /// <summary>Compares the settings, tries every stored state where they have changed, and stores the settings of now.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="store">Where its state is.</param>
    /// <param name="hostsLearners">Whether its learners may run here. Where not, their devices may be missing: no state is tried, and no settings are
    /// stored, so that a node that can try does.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The settings that have changed and may.</returns>
    /// <exception cref="StateMismatchException">The state does not fit: another number of partitions or buckets, another topic, or settings
    /// with which a learner cannot take its state over.</exception>
    /// <exception cref="CheckpointStoreException">The store does not answer.</exception>
    public static async Task<IReadOnlyList<SettingDifference>> RunAsync(
        PipelineDefinition pipeline, ICheckpointStore store, bool hostsLearners = true, CancellationToken cancellation = default)
    {
        var now = PipelineSettings.Of(pipeline);
        var stored = await store.LoadSettingsAsync(pipeline.Name, cancellation).ConfigureAwait(false);
        IReadOnlyList<SettingDifference> changed = stored is null ? [] : PipelineSettings.Differences(PipelineSettings.Parse(stored), now);
        if (changed.Any(difference => difference.IsLayout))
        {
            throw new StateMismatchException(pipeline.Name, changed.Where(difference => difference.IsLayout), "Its keys lie in other buckets");
        }

        if (!hostsLearners)
        {
            return changed;
        }

        if (changed.Count > 0)
        {
            await TryAllAsync(pipeline, store, changed, cancellation).ConfigureAwait(false);
        }

        if (stored is null || changed.Count > 0)
        {
            await store.SaveSettingsAsync(pipeline.Name, now.ToString(), cancellation).ConfigureAwait(false);
        }

        return changed;
    }

    private static async Task TryAllAsync(
        PipelineDefinition pipeline, ICheckpointStore store, IReadOnlyList<SettingDifference> changed, CancellationToken cancellation)
    {
        var described = await store.DescribeAsync(pipeline.Name, cancellation).ConfigureAwait(false);
        foreach (var manifest in described?.Buckets ?? [])
        {
            try
            {
                var bucket = await store.ReadBucketAsync(pipeline.Name, manifest.Bucket, cancellation).ConfigureAwait(false);
                new BucketState(pipeline, bucket, partition: manifest.Bucket.Partition).Leave();
            }
            catch (Exception exception) when (exception is StateFormatException or MessagePackSerializationException)
            {
                throw new StateMismatchException(pipeline.Name, changed, exception.Message.TrimEnd('.'));
            }
        }
    }
}

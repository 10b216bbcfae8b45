using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints;

/// <summary>
/// Looks into a checkpoint store without taking or changing anything: nodes may have it meanwhile. Thread-safe. Fails with
/// <see cref="CheckpointStoreException"/>.
/// </summary>
public interface ICheckpointReader : IAsyncDisposable
{
    /// <summary>What tells this store from all others: drawn once, when it was made.</summary>
    /// <exception cref="CheckpointStoreException">It is damaged.</exception>
    ValueTask<string> StoreIdAsync(CancellationToken cancellation = default);

    /// <summary>What the pipeline's state was made with, as <see cref="ICheckpointStore.SaveSettingsAsync"/> wrote it; null: nothing is
    /// stored.</summary>
    /// <exception cref="CheckpointStoreException">It is damaged.</exception>
    ValueTask<string?> LoadSettingsAsync(string pipeline, CancellationToken cancellation = default);

    /// <summary>Everything that is stored of a pipeline and not damaged, but the keys' states. Null: there is no such pipeline.</summary>
    ValueTask<StoredPipeline?> DescribeAsync(string pipeline, CancellationToken cancellation = default);

    /// <summary>The names of the pipelines that something is stored of.</summary>
    ValueTask<IReadOnlyList<string>> PipelinesAsync(CancellationToken cancellation = default);

    /// <summary>The names of the pipelines that are paused, in order: nodes read nothing of them. Something need not be stored of them.</summary>
    ValueTask<IReadOnlyList<string>> PausedAsync(CancellationToken cancellation = default);

    /// <summary>Reads a bucket's newest undamaged generation; null: there is none.</summary>
    ValueTask<StoredBucket?> ReadBucketAsync(string pipeline, BucketId bucket, CancellationToken cancellation = default);

    /// <summary>What is wrong with the newest rows of a pipeline, so that older ones would be used in their place, and with its settings: a
    /// line for each, and nothing where all is well. Reads every state.</summary>
    ValueTask<IReadOnlyList<string>> DamageAsync(string pipeline, CancellationToken cancellation = default);
}

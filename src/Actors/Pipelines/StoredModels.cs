using System.Runtime.CompilerServices;
using System.Text;
using MessagePack;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;

namespace StreamLearn.Actors.Pipelines;

/// <summary>The learners of a pipeline as they are stored, loaded to be looked at. Nothing is taken: a node may run the pipeline
/// meanwhile.</summary>
public sealed class StoredModels
{
    private readonly PipelineDefinition _pipeline;
    private readonly ICheckpointReader _store;

    /// <param name="pipeline">What they are, in whatever number of partitions.</param>
    /// <param name="store">Where they are.</param>
    public StoredModels(PipelineDefinition pipeline, ICheckpointReader store)
    {
        _pipeline = pipeline;
        _store = store;
    }

    /// <summary>The keys of a bucket, as a node would take it over; none where nothing undamaged is stored.</summary>
    /// <exception cref="StateFormatException">The stored state does not fit the pipeline's settings.</exception>
    public async Task<IReadOnlyList<StoredKey>> KeysAsync(BucketId bucket, CancellationToken cancellation = default)
    {
        // One bucket at a time: the reports of all keys are small, their learners are not.
        var (stored, state) = await LoadAsync(bucket, cancellation).ConfigureAwait(false);
        try
        {
            return stored is null
                ? []
                : [.. stored.Keys.Zip(state.Fleet.Report(), (key, report) => new StoredKey(bucket, key.State!.Length, report))];
        }
        finally
        {
            state.Leave();
        }
    }

    /// <summary>The keys of all buckets that are stored, bucket by bucket: the learners of one are in memory at a time.</summary>
    public async IAsyncEnumerable<LoadedBucket> AllKeysAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var manifest in (await _store.DescribeAsync(_pipeline.Name, cancellation).ConfigureAwait(false))?.Buckets ?? [])
        {
            yield return await LoadedAsync(manifest.Bucket, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The weights of a key's learners; null: there is no such key, none: they have no networks.</summary>
    /// <exception cref="StateFormatException">The stored state does not fit the pipeline's settings.</exception>
    public async Task<IReadOnlyList<NetworkWeights>?> WeightsAsync(
        string key, IEnumerable<BucketId> buckets, CancellationToken cancellation = default)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        var number = BucketChunker.BucketOf(bytes, _pipeline.Buckets);
        foreach (var bucket in buckets.Where(bucket => bucket.Bucket == number))
        {
            var (_, state) = await LoadAsync(bucket, cancellation).ConfigureAwait(false);
            try
            {
                if (state.Fleet.Contains(bytes))
                {
                    return state.Fleet.Weights(bytes);
                }
            }
            finally
            {
                state.Leave();
            }
        }

        return null;
    }

    private async Task<LoadedBucket> LoadedAsync(BucketId bucket, CancellationToken cancellation)
    {
        try
        {
            return new LoadedBucket(bucket, await KeysAsync(bucket, cancellation).ConfigureAwait(false), null);
        }
        catch (StateFormatException exception)
        {
            return new LoadedBucket(bucket, [], exception.Message);
        }
    }

    private async Task<(StoredBucket? Stored, BucketState State)> LoadAsync(BucketId bucket, CancellationToken cancellation)
    {
        var stored = await _store.ReadBucketAsync(_pipeline.Name, bucket, cancellation).ConfigureAwait(false);
        try
        {
            return (stored, new BucketState(_pipeline, stored, partition: bucket.Partition));
        }
        catch (MessagePackSerializationException exception)
        {
            throw new StateFormatException($"Stored state is damaged: {exception.Message}");
        }
    }
}

using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Tests.Checkpoints;

/// <summary>A store in memory that can be made to fail. It keeps whole generations: only what the actors do with a store is tested on
/// it.</summary>
internal sealed class MemoryCheckpointStore : ICheckpointStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string, BucketId), List<StoredBucket>> _buckets = [];
    private readonly Dictionary<(string, int), List<PartitionCursor>> _cursors = [];
    private readonly Dictionary<(string, BucketId), long> _writers = [];
    private readonly Dictionary<(string, int), long> _owners = [];
    private readonly Dictionary<string, string> _settings = [];
    private readonly SortedSet<string> _paused = new(StringComparer.Ordinal);
    private int _failures;

    /// <summary>The next so many calls fail.</summary>
    internal int Failures
    {
        set => Volatile.Write(ref _failures, value);
    }

    /// <summary>Bucket saves that were made.</summary>
    internal int Saves { get; private set; }

    /// <summary>Keys that were read alone.</summary>
    internal int KeyReads { get; private set; }

    /// <summary>Keys are not read alone before this ends.</summary>
    internal Task KeyGate { get; set; } = Task.CompletedTask;

    /// <summary>Nothing is saved before this ends.</summary>
    internal Task SaveGate { get; set; } = Task.CompletedTask;

    /// <summary>The newest generation of a bucket loses its keys.</summary>
    internal void LoseKeys(string pipeline, BucketId bucket)
    {
        lock (_gate)
        {
            var generations = Generations(pipeline, bucket);
            generations[^1] = generations[^1] with { Keys = [] };
        }
    }

    public ValueTask<string> StoreIdAsync(CancellationToken cancellation = default) => ValueTask.FromResult("memory");

    public ValueTask<TakenBucket> TakeBucketAsync(string pipeline, BucketId bucket, long owner, CancellationToken cancellation = default) =>
        Do(() =>
        {
            var current = _owners.GetValueOrDefault((pipeline, bucket.Partition));
            if (current > owner)
            {
                throw new StaleWriterException($"partition {bucket.Partition} has owner {current}, not {owner}");
            }

            var writer = _writers.GetValueOrDefault((pipeline, bucket)) + 1;
            _writers[(pipeline, bucket)] = writer;
            return new TakenBucket(writer, Generations(pipeline, bucket).LastOrDefault(), []);
        });

    public async ValueTask SaveBucketAsync(
        string pipeline, BucketId bucket, long writer, BucketCheckpoint checkpoint, CancellationToken cancellation = default)
    {
        await SaveGate;
        await Do(() =>
        {
            if (_writers.GetValueOrDefault((pipeline, bucket)) != writer)
            {
                throw new StaleWriterException($"bucket {bucket.EntityId} has another writer");
            }

            var generations = Generations(pipeline, bucket);
            var newest = generations.LastOrDefault();
            var keys = (newest?.Keys ?? []).ToDictionary(key => Convert.ToHexString(key.Key));
            foreach (var change in checkpoint.Changed)
            {
                keys[Convert.ToHexString(change.Key)] = change;
            }

            generations.Add(new StoredBucket(
                (newest?.Generation ?? 0) + 1, checkpoint.LastApplied, checkpoint.State,
                [.. keys.OrderBy(key => key.Key, StringComparer.Ordinal).Select(key => key.Value).Where(key => key.State is not null)]));
            Saves++;
            return true;
        });
    }

    public async ValueTask<IReadOnlyList<byte[]>> ReadKeysAsync(
        string pipeline, BucketId bucket, long writer, IReadOnlyList<byte[]> keys, CancellationToken cancellation = default)
    {
        await KeyGate;
        return await Do<IReadOnlyList<byte[]>>(() =>
        {
            if (_writers.GetValueOrDefault((pipeline, bucket)) != writer)
            {
                throw new StaleWriterException($"bucket {bucket.EntityId} has another writer");
            }

            KeyReads += keys.Count;
            var stored = Generations(pipeline, bucket)[^1].Keys;
            return [.. keys.Select(key => stored.FirstOrDefault(state => state.Key.AsSpan().SequenceEqual(key)).State
                ?? throw new DamagedStateException("a key is missing"))];
        });
    }

    public ValueTask<TakenPartition> TakePartitionAsync(string pipeline, int partition, CancellationToken cancellation = default) =>
        Do(() =>
        {
            var owner = _owners[(pipeline, partition)] = _owners.GetValueOrDefault((pipeline, partition)) + 1;
            var cursors = Cursors(pipeline, partition);
            return new TakenPartition(owner, cursors.LastOrDefault(), cursors.Count > 1 ? cursors[^2] : null, []);
        });

    public ValueTask SaveCursorAsync(
        string pipeline, int partition, long writer, PartitionCursor cursor, CancellationToken cancellation = default) =>
        new(Do(() =>
        {
            if (_owners.GetValueOrDefault((pipeline, partition)) != writer)
            {
                throw new StaleWriterException($"partition {partition} has another owner");
            }

            Cursors(pipeline, partition).Add(cursor);
            return true;
        }).AsTask());

    public ValueTask<string?> LoadSettingsAsync(string pipeline, CancellationToken cancellation = default) =>
        Do(() => _settings.GetValueOrDefault(pipeline));

    public ValueTask SaveSettingsAsync(string pipeline, string settings, CancellationToken cancellation = default) =>
        new(Do(() => _settings[pipeline] = settings).AsTask());

    public ValueTask<IReadOnlyList<string>> PausedAsync(CancellationToken cancellation = default) => Do<IReadOnlyList<string>>(() => [.. _paused]);

    public ValueTask SetPausedAsync(string pipeline, bool paused, CancellationToken cancellation = default) =>
        new(Do(() => paused ? _paused.Add(pipeline) : _paused.Remove(pipeline)).AsTask());

    public ValueTask<StoredPipeline?> DescribeAsync(string pipeline, CancellationToken cancellation = default) =>
        Do<StoredPipeline?>(() => new StoredPipeline(
            pipeline, _settings.GetValueOrDefault(pipeline), [.. _cursors.Values.Where(cursors => cursors.Count > 0).Select(cursors => cursors[^1])],
            [.. _buckets.Where(bucket => bucket.Value.Count > 0).Select(bucket => new StoredManifest(
                bucket.Key.Item2, bucket.Value[^1].Generation, bucket.Value[^1].LastApplied, bucket.Value[^1].Keys.Count, 0, bucket.Value.Count))]));

    public ValueTask<IReadOnlyList<string>> PipelinesAsync(CancellationToken cancellation = default) =>
        Do<IReadOnlyList<string>>(() => [.. _settings.Keys]);

    public ValueTask<IReadOnlyList<string>> DamageAsync(string pipeline, CancellationToken cancellation = default) => new([]);

    public ValueTask<StoredBucket?> ReadBucketAsync(string pipeline, BucketId bucket, CancellationToken cancellation = default) =>
        Do(() => Generations(pipeline, bucket).LastOrDefault());

    public ValueTask<IReadOnlyList<PartitionCursor>> RollbackAsync(string pipeline, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public ValueTask ReplaceAsync(
        string pipeline, string settings, IReadOnlyList<NewPartition> partitions, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public ValueTask DisposeAsync() => default;

    /// <summary>The newest cursor of a partition.</summary>
    internal PartitionCursor? Cursor(string pipeline, int partition)
    {
        lock (_gate)
        {
            return Cursors(pipeline, partition).LastOrDefault();
        }
    }

    private List<StoredBucket> Generations(string pipeline, BucketId bucket) =>
        _buckets.TryGetValue((pipeline, bucket), out var generations) ? generations : _buckets[(pipeline, bucket)] = [];

    private List<PartitionCursor> Cursors(string pipeline, int partition) =>
        _cursors.TryGetValue((pipeline, partition), out var cursors) ? cursors : _cursors[(pipeline, partition)] = [];

    private async ValueTask<T> Do<T>(Func<T> action)
    {
        await Task.Yield();
        lock (_gate)
        {
            return _failures-- > 0 ? throw new CheckpointStoreException("the store is away") : action();
        }
    }
}

using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Protocol;

namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>
/// The checkpoint store: owners and writers fence those before them. Of a bucket three generations are kept: the newest, the newest that
/// the older cursor covers, and the oldest after that, which the newer cursor covers.
/// </summary>
internal sealed class ModelStore
{
    private readonly ModelSetup _setup;
    private readonly int[] _writers;
    private readonly ModelGeneration[][] _generations;

    // The smallest last offset that was ever stored of a bucket; it is kept or covered, unless there was damage.
    private readonly long[] _smallest;
    private readonly bool[] _damaged;

    internal ModelStore(ModelSetup setup)
    {
        _setup = setup;
        _writers = new int[setup.Buckets];
        _damaged = new bool[setup.Buckets];
        _smallest = [.. Enumerable.Repeat(long.MaxValue, setup.Buckets)];
        _generations = [.. Enumerable.Repeat(Array.Empty<ModelGeneration>(), setup.Buckets)];
        Newest = new PartitionCursor(
            0, setup.First, setup.First, [.. Enumerable.Repeat(IngestProtocol.Nothing, setup.Buckets)], default);
    }

    private ModelStore(ModelStore other)
    {
        _setup = other._setup;
        _writers = [.. other._writers];
        _damaged = [.. other._damaged];
        _smallest = [.. other._smallest];

        // A generation is never changed, only left out.
        _generations = [.. other._generations];
        (Newest, Before, Owner) = (other.Newest, other.Before, other.Owner);
    }

    internal PartitionCursor Newest { get; private set; }

    internal PartitionCursor? Before { get; private set; }

    internal int Owner { get; private set; } = -1;

    internal ModelStore Copy() => new(this);

    /// <summary>The newest generation of a bucket; nothing where there is none.</summary>
    internal ModelGeneration NewestOf(int bucket) =>
        _generations[bucket] is [.., var newest] ? newest : new ModelGeneration(IngestProtocol.Nothing, 0);

    /// <summary>All generations of a bucket.</summary>
    internal IReadOnlyList<ModelGeneration> GenerationsOf(int bucket) => _generations[bucket];

    internal void TakePartition(int owner) => Owner = owner;

    /// <summary>Takes a bucket; false: for a stale owner, and nothing was taken.</summary>
    internal bool TakeBucket(int bucket, int owner, out int writer)
    {
        var fresh = owner == Owner || _setup.ModelMutant == ModelMutant.NoFencing;
        writer = fresh ? ++_writers[bucket] : 0;
        return fresh;
    }

    /// <summary>Writes a generation; false: from a stale writer, and nothing was written.</summary>
    internal bool SaveBucket(int bucket, int writer, ModelGeneration generation, long coveredBefore)
    {
        if (writer != _writers[bucket] && _setup.ModelMutant != ModelMutant.NoFencing)
        {
            return false;
        }

        var before = _generations[bucket];
        var covered = Array.FindLastIndex(before, kept => kept.LastApplied <= coveredBefore);

        // The oldest after it: the newer cursor covers that one, and is to be the older soon.
        var between = _setup.ModelMutant == ModelMutant.TwoGenerations ? covered : covered + 1;
        _generations[bucket] = [.. before.Where((_, place) => place == covered || place == between), generation];
        _smallest[bucket] = Math.Min(_smallest[bucket], generation.LastApplied);
        _damaged[bucket] &= generation.LastApplied < Newest.SentUpTo[bucket];
        return true;
    }

    /// <summary>Writes a cursor; false: from a stale owner, and nothing was written.</summary>
    internal bool SaveCursor(int owner, PartitionCursor cursor)
    {
        if (owner != Owner && _setup.ModelMutant != ModelMutant.NoFencing)
        {
            return false;
        }

        (Before, Newest) = (Newest, cursor);
        return true;
    }

    /// <summary>Whether a newest generation was damaged, and nothing has been stored in its stead.</summary>
    internal bool IsDamaged(int bucket) => _damaged[bucket];

    internal bool CanBeDamaged(int bucket) => _generations[bucket].Length > 0;

    /// <summary>The newest generation cannot be read any more.</summary>
    internal void Damage(int bucket)
    {
        _generations[bucket] = _generations[bucket][..^1];
        _smallest[bucket] = _generations[bucket] is [var oldest, ..] ? oldest.LastApplied : long.MaxValue;
        _damaged[bucket] = true;
    }

    /// <summary>What is stored covers what is to be covered.</summary>
    internal void Check(long committed)
    {
        for (var bucket = 0; bucket < _setup.Buckets; bucket++)
        {
            foreach (var (lastApplied, records) in _generations[bucket])
            {
                if (records != _setup.RecordsOf(bucket, IngestProtocol.Nothing, lastApplied))
                {
                    throw new ProtocolViolationException(
                        $"The stored state of bucket {bucket} up to {lastApplied} has other records: {records:b}.");
                }
            }

            var newest = NewestOf(bucket);
            if (!_damaged[bucket] && newest.LastApplied < Newest.SentUpTo[bucket])
            {
                throw new ProtocolViolationException(
                    $"The stored cursor says {Newest.SentUpTo[bucket]} of bucket {bucket}, whose newest state is of {newest.LastApplied}.");
            }

            if (!_damaged[bucket] && (_setup.RecordsOf(bucket, IngestProtocol.Nothing, committed - 1) & ~newest.Records) != 0)
            {
                throw new ProtocolViolationException(
                    $"{committed} is committed; the newest state of bucket {bucket} is of {newest.LastApplied}.");
            }

            var generations = _generations[bucket];
            if (Before is not null && _smallest[bucket] <= Before.SentUpTo[bucket] && generations[0].LastApplied > Before.SentUpTo[bucket])
            {
                throw new ProtocolViolationException(
                    $"The older cursor says {Before.SentUpTo[bucket]} of bucket {bucket}, whose oldest state is of "
                    + $"{generations[0].LastApplied} though there was one of {_smallest[bucket]}: it cannot go back.");
            }

            if (generations.Length > 3)
            {
                throw new ProtocolViolationException($"Bucket {bucket} has {generations.Length} generations.");
            }
        }
    }

    internal void Describe(Fingerprint fingerprint)
    {
        fingerprint.Add(Owner);
        Describe(fingerprint, Newest);
        Describe(fingerprint, Before);
        for (var bucket = 0; bucket < _setup.Buckets; bucket++)
        {
            fingerprint.Add(_damaged[bucket] ? 1 : 0);
            fingerprint.Add(_smallest[bucket] == long.MaxValue ? -2 : _smallest[bucket]);
            fingerprint.Add(_generations[bucket].Length);
            foreach (var generation in _generations[bucket])
            {
                fingerprint.Add(generation.LastApplied);
            }
        }
    }

    /// <summary>Only whether a writer is the newest counts from here on.</summary>
    internal bool IsWriter(int bucket, int writer) => _writers[bucket] == writer;

    internal static void Describe(Fingerprint fingerprint, PartitionCursor? cursor)
    {
        fingerprint.Add(cursor?.Next ?? -2);
        foreach (var sentUpTo in cursor?.SentUpTo ?? [])
        {
            fingerprint.Add(sentUpTo);
        }
    }
}

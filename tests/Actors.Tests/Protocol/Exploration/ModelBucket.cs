using System.Numerics;
using StreamLearn.Actors.Protocol;

namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>A bucket in one process, as <c>LearnerEntity</c> and <c>BucketState</c> are.</summary>
/// <remarks>Taking the stored state is one step here: while the store works on it, the bucket takes no other message, so that nobody can
/// tell the time between from a delay of the message. Saving is two: a bucket can crash, and what it has asked for is written all the
/// same.</remarks>
internal sealed class ModelBucket(ModelSetup setup, int process, int bucket)
{
    private const int Nobody = -1;

    private int _owner = Nobody;
    private int _staleOwner = Nobody;
    private int _writer;
    private bool _loaded;
    private long _lastApplied = IngestProtocol.Nothing;
    private long _persisted = IngestProtocol.Nothing;
    private ulong _applied;
    private ulong _remembered;

    /// <summary>What the store is writing for it: until that has ended it takes no message.</summary>
    internal ModelSave? Saving { get; private set; }

    internal bool HasMemory => _owner != Nobody || _staleOwner != Nobody || Saving is not null;

    /// <summary>For people.</summary>
    public override string ToString() => $"bucket {bucket} in {process}: owner {_owner}, at {_lastApplied}, stored {_persisted}";

    internal ModelBucket Copy() => (ModelBucket)MemberwiseClone();

    /// <summary>Takes a message.</summary>
    /// <returns>The answer, if there is one at once.</returns>
    internal ModelMessage? Receive(ModelMessage message, ModelStore store)
    {
        var hears = message.Ingest <= _staleOwner ? OwnerVerdict.Stale : BucketProtocol.Hear(_owner, message.Ingest);
        if (hears == OwnerVerdict.New)
        {
            hears = Take(message.Ingest, store);
        }

        return (hears, message.Kind) switch
        {
            (OwnerVerdict.Stale, _) => null,
            (_, ModelMessageKind.Chunk) => OnChunk(message),
            _ => OnPersist(message),
        };
    }

    /// <summary>The store has written the state, or has refused it.</summary>
    internal ModelMessage? OnSaved(bool written)
    {
        var saved = Saving!;
        Saving = null;
        if (!written)
        {
            // Somebody else has the bucket.
            (_owner, _loaded) = (Nobody, false);
            Forget();
            return null;
        }

        _persisted = saved.State.LastApplied;
        return Answer(saved.Request, ModelMessageKind.Persisted, saved.State.LastApplied);
    }

    internal ModelMessage OnSaveFailed()
    {
        var saved = Saving!;
        Saving = null;
        return Answer(saved.Request, ModelMessageKind.PersistFailed, 0);
    }

    /// <summary>The memory is gone.</summary>
    /// <returns>What the store may write all the same.</returns>
    internal ModelSave? Crash()
    {
        var saving = Saving;
        (Saving, _owner, _staleOwner, _loaded) = (null, Nobody, Nobody, false);
        Forget();
        return saving;
    }

    internal void Check()
    {
        if (_applied != setup.RecordsOf(bucket, IngestProtocol.Nothing, _lastApplied))
        {
            throw new ProtocolViolationException($"Bucket {bucket} is at {_lastApplied} and has applied other records: {_applied:b}.");
        }

        if (BitOperations.PopCount(_remembered) > setup.Remembered)
        {
            throw new ProtocolViolationException($"Bucket {bucket} remembers too much.");
        }
    }

    internal void Describe(Fingerprint fingerprint, ModelStore store)
    {
        fingerprint.Add(_owner);
        fingerprint.Add(_staleOwner);
        fingerprint.Add(_loaded && store.IsWriter(bucket, _writer) ? 1 : 0);
        fingerprint.Add(_lastApplied);
        fingerprint.Add(_persisted);
        fingerprint.AddBits(_remembered);
        fingerprint.Add(Saving is null ? 0 : 1);
        if (Saving is { } saving)
        {
            // Its epoch is part of what the request's ingest says of it.
            fingerprint.Add(saving.Request.Ingest);
            fingerprint.Add(saving.Request.Last);
            fingerprint.Add(saving.Request.Number);
        }
    }

    private OwnerVerdict Take(int owner, ModelStore store)
    {
        if (setup.ModelMutant == ModelMutant.NewOwnerWithoutReload && _loaded)
        {
            _owner = owner;
            return OwnerVerdict.Current;
        }

        Forget();
        _loaded = store.TakeBucket(bucket, owner, out _writer);
        if (!_loaded)
        {
            _owner = Nobody;
            _staleOwner = Math.Max(_staleOwner, owner);
            return OwnerVerdict.Stale;
        }

        _owner = owner;
        (_lastApplied, _applied) = store.NewestOf(bucket);
        _persisted = _lastApplied;
        return OwnerVerdict.Current;
    }

    private void Forget() =>
        (_lastApplied, _persisted, _applied, _remembered) = (IngestProtocol.Nothing, IngestProtocol.Nothing, 0, 0);

    private ModelMessage OnChunk(ModelMessage chunk)
    {
        var offsets = OffsetsIn(chunk.Records);
        var decision = BucketProtocol.Decide(_lastApplied, chunk.Number, chunk.Last, offsets, setup.Mutant);
        if (decision.Verdict == BucketVerdict.Rewind)
        {
            return Answer(chunk, ModelMessageKind.Rewind, _lastApplied);
        }

        // Those before the new ones that are remembered without a gap.
        var predicted = 0UL;
        for (var row = decision.FirstRow - 1; row >= 0 && (_remembered & (1UL << (int)offsets[row])) != 0; row--)
        {
            predicted |= 1UL << (int)offsets[row];
        }

        foreach (var offset in offsets.AsSpan(decision.FirstRow))
        {
            Apply(offset);
            predicted |= 1UL << (int)offset;
        }

        if (decision.Verdict == BucketVerdict.Apply)
        {
            _lastApplied = chunk.Last;
        }

        return Answer(chunk, ModelMessageKind.Ack, _lastApplied) with { Records = predicted };
    }

    /// <summary>A prediction is made from the records before it: all, each once and in order.</summary>
    private void Apply(long offset)
    {
        if (_applied != setup.RecordsOf(bucket, IngestProtocol.Nothing, offset - 1))
        {
            throw new ProtocolViolationException(
                $"Bucket {bucket} applies {offset} after other records than those before it: {_applied:b}.");
        }

        _applied |= 1UL << (int)offset;
        if (setup.ModelMutant == ModelMutant.NoRememberedAnswers)
        {
            return;
        }

        _remembered |= 1UL << (int)offset;
        while (BitOperations.PopCount(_remembered) > setup.Remembered)
        {
            _remembered &= _remembered - 1;
        }
    }

    private ModelMessage? OnPersist(ModelMessage persist)
    {
        var upTo = setup.ModelMutant is ModelMutant.BucketStoresMoreThanAsked or ModelMutant.BarrierWhileReadingAgain
            ? Math.Max(persist.Last, _lastApplied)
            : persist.Last;
        switch (_lastApplied < persist.Last ? PersistVerdict.Behind : BucketProtocol.Persist(_lastApplied, _persisted, upTo))
        {
            case PersistVerdict.Store:
                Saving = new ModelSave(persist, _writer, new ModelGeneration(_lastApplied, _applied));
                return null;
            case PersistVerdict.Stored:
                return Answer(persist, ModelMessageKind.Persisted, _persisted);
            case PersistVerdict.Behind:
                return Answer(persist, ModelMessageKind.Persisted, _lastApplied);
            default:
                return Answer(persist, ModelMessageKind.PersistFailed, 0);
        }
    }

    private ModelMessage Answer(ModelMessage request, ModelMessageKind kind, long lastApplied) =>
        request with { Kind = kind, Process = process, Number = lastApplied, Records = 0 };

    private static long[] OffsetsIn(ulong records)
    {
        var offsets = new long[BitOperations.PopCount(records)];
        for (var place = 0; place < offsets.Length; place++, records &= records - 1)
        {
            offsets[place] = BitOperations.TrailingZeroCount(records);
        }

        return offsets;
    }
}

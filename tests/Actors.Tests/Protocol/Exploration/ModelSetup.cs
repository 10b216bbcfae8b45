using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;

namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>What a <see cref="ProtocolModel"/> is a model of.</summary>
internal sealed record ModelSetup
{
    private ulong[]? _ofBucket;

    /// <summary>For each offset the bucket of its record; no more than 64.</summary>
    internal required IReadOnlyList<int> Log
    {
        get;
        init
        {
            field = value;
            _ofBucket = null;
        }
    }

    internal int Buckets { get; init; } = 2;

    /// <summary>Chunks in flight, at most.</summary>
    internal int Window { get; init; } = 2;

    /// <summary>Records in a chunk, at most.</summary>
    internal int MostInChunk { get; init; } = 2;

    /// <summary>Records in a batch, at most.</summary>
    internal int MostInBatch { get; init; } = 2;

    /// <summary>Offset where reading begins.</summary>
    internal int First { get; init; }

    internal Delivery Delivery { get; init; } = Delivery.AtLeastOnce;

    /// <summary>Whether every ingest has buckets of its own, as when processes do not see each other.</summary>
    internal bool Split { get; init; }

    internal ModelFaults Faults { get; init; }

    internal ProtocolMutant Mutant { get; init; }

    internal ModelMutant ModelMutant { get; init; }

    /// <summary>Processes that have buckets.</summary>
    internal int Processes => Split || Faults.Moves > 0 ? 2 : 1;

    /// <summary>Outputs under way to the topic, at most.</summary>
    internal int MostOutgoing { get; init; } = 2;

    /// <summary>Predictions that a bucket remembers, as <c>BucketState</c> does.</summary>
    internal int Remembered =>
        ModelMutant == ModelMutant.RemembersChunksInFlight ? Window * MostInChunk : (Window + 1) * MostInBatch;

    /// <summary>For each bucket its records, a bit for each offset.</summary>
    private ulong[] OfBucket => _ofBucket ??= [.. Enumerable.Range(0, Buckets).Select(bucket =>
        Log.Select((of, offset) => of == bucket ? 1UL << offset : 0).Aggregate((one, other) => one | other))];

    /// <summary>All records.</summary>
    internal ulong All => Below(Log.Count) & ~Below(First);

    /// <summary>A bucket's records in (above, upTo], a bit for each offset.</summary>
    internal ulong RecordsOf(int bucket, long above, long upTo) =>
        OfBucket[bucket] & Below(upTo + 1) & ~Below(Math.Max(above + 1, First));

    /// <summary>The offsets below one, a bit for each.</summary>
    internal static ulong Below(long offset) => offset >= 64 ? ulong.MaxValue : (1UL << (int)Math.Max(offset, 0)) - 1;
}

using MessagePack;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>The last rounds, up to a capacity: the chosen action's features as they came, its block, its cost. The oldest makes
/// room.</summary>
internal sealed class ReplayMemory
{
    private const string Name = "replay";
    private const int Version = 1;
    private const int Fields = 5;

    private readonly int _features;
    private readonly int _blocks;
    private readonly float[] _rows;
    private readonly ushort[] _ofBlock;
    private readonly float[] _costs;
    private int _next;

    /// <param name="capacity">Rounds, at least 1.</param>
    /// <param name="features">Numbers of a round.</param>
    /// <param name="blocks">Blocks that there are.</param>
    internal ReplayMemory(int capacity, int features, int blocks)
    {
        _features = features;
        _blocks = blocks;
        _rows = new float[checked(capacity * features)];
        _ofBlock = new ushort[capacity];
        _costs = new float[capacity];
    }

    /// <summary>Rounds that it has.</summary>
    internal int Count { get; private set; }

    /// <summary>The features of one of them.</summary>
    internal ReadOnlySpan<float> Features(int round) => _rows.AsSpan(round * _features, _features);

    /// <summary>The block of one of them.</summary>
    internal int Block(int round) => _ofBlock[round];

    /// <summary>The cost of one of them.</summary>
    internal float Cost(int round) => _costs[round];

    /// <summary>One of them, all alike.</summary>
    internal int Draw(Xoshiro256 random) => (int)(((random.NextBits() >> 32) * (ulong)Count) >> 32);

    /// <summary>Takes in a round.</summary>
    internal void Add(ReadOnlySpan<float> shared, ReadOnlySpan<float> own, int block, float cost)
    {
        var row = _rows.AsSpan(_next * _features, _features);
        shared.CopyTo(row);
        own.CopyTo(row[shared.Length..]);
        _ofBlock[_next] = (ushort)block;
        _costs[_next] = cost;
        _next = _next + 1 == _costs.Length ? 0 : _next + 1;
        Count = Math.Min(Count + 1, _costs.Length);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(Count);
        writer.Write(_next);
        writer.WriteFloats(_rows.AsSpan(0, Count * _features));
        writer.WriteFloats(_costs.AsSpan(0, Count));
        writer.WriteArrayHeader(Count);
        foreach (var block in _ofBlock.AsSpan(0, Count))
        {
            writer.Write(block);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        var count = reader.ReadInt32();
        var next = reader.ReadInt32();
        StateFormat.Require(count >= 0 && count <= _costs.Length, "more rounds are remembered than there is room for");
        StateFormat.Require(
            next >= 0 && next < _costs.Length && (count == _costs.Length || next == count), "the next round has no place");
        reader.ReadFloats(_rows.AsSpan(0, count * _features));
        reader.ReadFloats(_costs.AsSpan(0, count));
        StateFormat.Require(!_costs.AsSpan(0, count).ContainsAnyExceptInRange(0, 1), "a cost is out of range");
        reader.ReadLength(count);
        foreach (ref var block in _ofBlock.AsSpan(0, count))
        {
            block = reader.ReadUInt16();
            StateFormat.Require(block < _blocks, "a round has an action that there is not");
        }

        (Count, _next) = (count, next);
    }
}

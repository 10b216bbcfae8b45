using MessagePack;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Replay;

/// <summary>The last examples, the oldest makes room; one is drawn with a probability proportional to its loss when it was learned last.</summary>
/// <remarks>Source: T. Schaul, J. Quan, I. Antonoglou, D. Silver, Prioritized experience replay, ICLR 2016, proportional prioritization with α = 1 and
/// without importance weights. A draw, and a change, costs the logarithm of the capacity: the losses are the leaves of a tree of sums.</remarks>
internal sealed class LossPrioritizedReplay : ReplayBuffer
{
    /// <summary>What losses count as at least, so that each may be drawn, and at most, so that sums stay finite.</summary>
    private const float LeastPriority = 1e-3f;

    private const float MostPriority = 1e30f;

    // Node i has the children 2i and 2i + 1; place p is the leaf _leaves + p. Each is the sum of its children, exactly as they are now.
    private double[] _sums = new double[2];
    private float[] _priorities = [];
    private int _leaves = 1;
    private int _next;

    internal LossPrioritizedReplay(int capacity, int features)
        : base(capacity, features)
    {
    }

    private protected override int OwnFields => 2;

    internal override int Draw(Xoshiro256 random)
    {
        var rest = random.NextDouble() * _sums[1];
        var node = 1;
        while (node < _leaves)
        {
            node *= 2;
            if (rest >= _sums[node] && _sums[node + 1] > 0)
            {
                rest -= _sums[node];
                node++;
            }
        }

        return node - _leaves;
    }

    internal override void Add(ReadOnlySpan<float> features, double target, float loss, Xoshiro256 random)
    {
        Set(_next, features, target);
        Learned(_next, loss);
        Count = Math.Max(Count, _next + 1);
        _next = _next + 1 == Capacity ? 0 : _next + 1;
    }

    internal override void Learned(int place, float loss)
    {
        // NaN is less than nothing.
        _priorities[place] = loss > LeastPriority ? Math.Min(loss, MostPriority) : LeastPriority;
        var node = _leaves + place;
        _sums[node] = _priorities[place];
        for (node /= 2; node > 0; node /= 2)
        {
            _sums[node] = _sums[2 * node] + _sums[(2 * node) + 1];
        }
    }

    private protected override void SaveOwn(ref MessagePackWriter writer)
    {
        writer.Write(_next);
        writer.WriteFloats(_priorities.AsSpan(0, Count));
    }

    private protected override void LoadOwn(ref MessagePackReader reader, int classes)
    {
        _next = reader.ReadInt32();
        StateFormat.Require(_next >= 0 && _next < Capacity && (Count == Capacity || _next == Count), "the next example has no place");
        reader.ReadFloats(_priorities.AsSpan(0, Count));
        foreach (var priority in _priorities.AsSpan(0, Count))
        {
            StateFormat.Require(priority is >= LeastPriority and <= MostPriority, "a loss is out of range");
        }

        SumUp();
    }

    /// <summary>The tree has as many leaves as there is room for; sums of other sizes of it are the same bits, for missing leaves are 0.</summary>
    private protected override void Grown(int room)
    {
        Array.Resize(ref _priorities, room);
        var leaves = _leaves;
        while (_leaves < room)
        {
            _leaves *= 2;
        }

        if (_leaves != leaves)
        {
            _sums = new double[2 * _leaves];
            SumUp();
        }
    }

    private void SumUp()
    {
        Array.Clear(_sums);
        for (var place = 0; place < Count; place++)
        {
            _sums[_leaves + place] = _priorities[place];
        }

        for (var node = _leaves - 1; node > 0; node--)
        {
            _sums[node] = _sums[2 * node] + _sums[(2 * node) + 1];
        }
    }
}

using System.Numerics;

namespace StreamLearn.Learners.Reinforcement.Replay;

/// <summary>Priorities of places, drawn in proportion in O(log places). Every inner sum is that of its two children, so its bits follow from the priorities alone and not from how they came
/// about.</summary>
internal sealed class PriorityTree
{
    private readonly double[] _sums;
    private readonly int _leaves;

    internal PriorityTree(int places)
    {
        _leaves = (int)BitOperations.RoundUpToPowerOf2((uint)places);
        _sums = new double[2 * _leaves];
    }

    /// <summary>Sum of all priorities.</summary>
    internal double Total => _sums[1];

    internal double this[int place]
    {
        get => _sums[_leaves + place];
        set
        {
            var node = _leaves + place;
            _sums[node] = value;
            for (node /= 2; node > 0; node /= 2)
            {
                _sums[node] = _sums[2 * node] + _sums[(2 * node) + 1];
            }
        }
    }

    /// <summary>Bytes that one takes.</summary>
    internal static long BytesOf(long places) => 2 * sizeof(double) * (long)BitOperations.RoundUpToPowerOf2((ulong)places);

    /// <summary>The place at a share of the total: with a uniform share, drawn by priority.</summary>
    /// <param name="share">In [0, 1).</param>
    internal int Find(double share)
    {
        var rest = share * Total;
        var node = 1;
        while (node < _leaves)
        {
            node *= 2;

            // Rounding may leave a rest for a side without priority.
            if (_sums[node + 1] > 0 && (rest >= _sums[node] || _sums[node] == 0))
            {
                rest -= _sums[node];
                node++;
            }
        }

        return node - _leaves;
    }
}

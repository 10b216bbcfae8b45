namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>Ascending ranges of a flat vector that do not touch; the memory is kept from use to use.</summary>
internal sealed class RangeList
{
    private ParameterRange[] _ranges = new ParameterRange[4];
    private int _count;

    internal ReadOnlySpan<ParameterRange> Ranges => _ranges.AsSpan(0, _count);

    /// <summary>The whole vector.</summary>
    internal void SetAll(int length)
    {
        _ranges[0] = new ParameterRange(0, length);
        _count = 1;
    }

    /// <summary>The rows of a matrix of <paramref name="width"/> columns that blocks name, and everything from <paramref name="rest"/> on.</summary>
    internal void Set(ReadOnlySpan<InputBlock> blocks, int width, int rest, int length)
    {
        Reserve(blocks.Length + 1);
        var sorted = _ranges.AsSpan(0, blocks.Length);
        for (var i = 0; i < blocks.Length; i++)
        {
            sorted[i] = new ParameterRange(blocks[i].Offset * width, blocks[i].Length * width);
        }

        if (blocks.Length > 1)
        {
            sorted.Sort(static (left, right) => left.Offset.CompareTo(right.Offset));
        }

        _count = 0;
        foreach (var range in sorted)
        {
            Append(range);
        }

        Append(new ParameterRange(rest, length - rest));
    }

    internal void CopyFrom(RangeList other)
    {
        Reserve(other._count);
        other.Ranges.CopyTo(_ranges);
        _count = other._count;
    }

    /// <summary>Adds a range that starts no earlier than the last one, merging it with that where they touch.</summary>
    private void Append(ParameterRange range)
    {
        if (_count > 0 && range.Offset <= _ranges[_count - 1].End)
        {
            ref var last = ref _ranges[_count - 1];
            last = last with { Length = Math.Max(last.End, range.End) - last.Offset };
        }
        else
        {
            _ranges[_count++] = range;
        }
    }

    private void Reserve(int count)
    {
        if (_ranges.Length < count)
        {
            Array.Resize(ref _ranges, Math.Max(2 * _ranges.Length, count));
        }
    }
}

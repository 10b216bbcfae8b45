namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>
/// A flat gradient with its support, the ranges outside of which it is zero: a backward pass that touches a few blocks of a huge first layer
/// costs, with all that follows, what those blocks cost.
/// </summary>
internal sealed class CpuGradient(ParameterLayout layout)
{
    private ParameterRange[] _support = [new(0, layout.Count)];
    private int _ranges;

    internal PinnedFloats Values { get; } = new(layout.Count);

    /// <summary>Ascending ranges outside of which every value is zero.</summary>
    internal ReadOnlySpan<ParameterRange> Support => _support.AsSpan(0, _ranges);

    /// <summary>The next pass writes every value.</summary>
    internal void BeginDense()
    {
        _support[0] = new ParameterRange(0, layout.Count);
        _ranges = 1;
    }

    /// <summary>
    /// The next pass adds to the rows of a first layer of <paramref name="width"/> outputs that <paramref name="blocks"/> name, and writes
    /// everything from <paramref name="rest"/> on. Clears those rows, and whatever was written before elsewhere.
    /// </summary>
    internal void BeginSparse(ReadOnlySpan<InputBlock> blocks, int width, int rest)
    {
        foreach (var range in Support)
        {
            Values.Span.Slice(range.Offset, range.Length).Clear();
        }

        if (_support.Length < blocks.Length + 1)
        {
            Array.Resize(ref _support, Math.Max(2 * _support.Length, blocks.Length + 1));
        }

        var sorted = _support.AsSpan(0, blocks.Length);
        for (var i = 0; i < blocks.Length; i++)
        {
            sorted[i] = new ParameterRange(blocks[i].Offset * width, blocks[i].Length * width);
        }

        sorted.Sort(static (left, right) => left.Offset.CompareTo(right.Offset));
        _ranges = 0;
        foreach (var range in sorted)
        {
            Append(range);
        }

        Append(new ParameterRange(rest, layout.Count - rest));
    }

    /// <summary>Adds a range that starts no earlier than the last one, merging it with that where they touch.</summary>
    private void Append(ParameterRange range)
    {
        if (_ranges > 0 && range.Offset <= _support[_ranges - 1].End)
        {
            ref var last = ref _support[_ranges - 1];
            last = last with { Length = Math.Max(last.End, range.End) - last.Offset };
        }
        else
        {
            _support[_ranges++] = range;
        }
    }
}

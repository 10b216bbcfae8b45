namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>
/// A flat gradient with its support, the ranges outside of which it is zero: a backward pass that touches a few blocks of a huge first layer
/// costs, with all that follows, what those blocks cost. That of a single sample is kept as its factors until somebody looks.
/// </summary>
internal sealed unsafe class CpuGradient(ParameterLayout layout)
{
    private readonly PinnedFloats _values = new(layout.Count);
    private readonly RangeList _support = new();

    // Where _values can differ from zero, which is not the support while the gradient is kept as factors.
    private readonly RangeList _written = new();
    private RowGradient? _row;

    /// <summary>The network whose gradient this is; null: nobody's yet.</summary>
    internal CpuNetwork? Owner { get; set; }

    /// <summary>The factors of the gradient, as long as it has not been looked at; null: it is numbers.</summary>
    internal RowGradient? Row => _row;

    /// <summary>Whether it has been applied, and a forward pass has begun since.</summary>
    internal bool IsGone { get; private set; }

    /// <summary>Whether there is one that has not been applied.</summary>
    internal bool IsFresh { get; private set; }

    /// <summary>Ascending ranges outside of which every value is zero.</summary>
    internal ReadOnlySpan<ParameterRange> Support => _support.Ranges;

    /// <summary>The numbers.</summary>
    internal Span<float> Values
    {
        get
        {
            ToNumbers();
            return _values.Span;
        }
    }

    /// <summary>Where a pass that has begun writes its numbers.</summary>
    internal float* Target => _values.Pointer;

    /// <summary>The next pass writes every value.</summary>
    internal void BeginDense()
    {
        Begin(null);
        _support.SetAll(layout.Count);
        _written.SetAll(layout.Count);
    }

    /// <summary>
    /// The next pass adds to the rows of a first layer of <paramref name="width"/> outputs that <paramref name="blocks"/> name, and writes
    /// everything from <paramref name="rest"/> on. Clears those rows, and whatever was written before elsewhere.
    /// </summary>
    internal void BeginSparse(ReadOnlySpan<InputBlock> blocks, int width, int rest)
    {
        Begin(null);
        Clear();
        _support.Set(blocks, width, rest, layout.Count);
        _written.CopyFrom(_support);
    }

    /// <summary>The gradient is that of one sample, by its factors.</summary>
    internal void SetRow(RowGradient row)
    {
        Begin(row);
        if (row.IsSparse)
        {
            _support.Set(row.Blocks, row.FirstWidth, row.Rest, layout.Count);
        }
        else
        {
            _support.SetAll(layout.Count);
        }
    }

    /// <summary>The gradient has been applied: unless somebody looks before the next forward pass, its numbers are not needed.</summary>
    internal void MarkApplied() => IsFresh = false;

    /// <summary>A forward pass is about to overwrite the factors.</summary>
    internal void BeforeForward()
    {
        if (IsFresh)
        {
            ToNumbers();
        }
        else if (Owner is not null)
        {
            _row = null;
            IsGone = true;
        }
    }

    private void Begin(RowGradient? row)
    {
        _row = row;
        IsFresh = true;
        IsGone = false;
    }

    private void ToNumbers()
    {
        if (_row is null)
        {
            return;
        }

        if (_row.IsSparse)
        {
            Clear();
        }

        _row.CopyTo(_values.Pointer);
        _written.CopyFrom(_support);
        _row = null;
    }

    private void Clear()
    {
        foreach (var range in _written.Ranges)
        {
            _values.Span.Slice(range.Offset, range.Length).Clear();
        }
    }
}

namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>
/// Numbers at an address that does not change, on a cache line of their own. Whoever uses <see cref="Pointer"/> keeps this object alive
/// meanwhile.
/// </summary>
internal sealed unsafe class PinnedFloats
{
    private const int CacheLine = 64;

    private readonly float[] _array;
    private readonly int _start;

    internal PinnedFloats(int length)
    {
        Length = length;
        _array = GC.AllocateArray<float>(length + (CacheLine / sizeof(float)), pinned: true);
        fixed (float* start = _array)
        {
            Pointer = (float*)(((nuint)start + CacheLine - 1) & ~(nuint)(CacheLine - 1));
            _start = (int)(Pointer - start);
        }
    }

    internal int Length { get; }

    internal float* Pointer { get; }

    internal Span<float> Span => _array.AsSpan(_start, Length);
}

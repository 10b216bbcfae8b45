namespace StreamLearn.Learners.Tests.Networks.Kernels;

/// <summary>Numbers at a fixed address with guards on both sides: a kernel that writes beyond its end is seen.</summary>
internal sealed unsafe class GuardedFloats
{
    private const int Guard = 32;

    private readonly float[] _array;
    private readonly int _length;

    internal GuardedFloats(int length)
    {
        _length = length;
        _array = GC.AllocateArray<float>(length + (2 * Guard), pinned: true);
        Array.Fill(_array, float.NaN);
        fixed (float* start = _array)
        {
            Pointer = start + Guard;
        }
    }

    internal GuardedFloats(float[] values)
        : this(values.Length) => values.CopyTo(Values);

    internal float* Pointer { get; }

    internal Span<float> Values => _array.AsSpan(Guard, _length);

    internal void AssertGuardsUntouched(string what)
    {
        for (var i = 0; i < Guard; i++)
        {
            Assert.True(float.IsNaN(_array[i]), $"{what}: number {i - Guard} before the start was written");
            Assert.True(float.IsNaN(_array[^(i + 1)]), $"{what}: number {Guard - i} after the end was written");
        }
    }
}

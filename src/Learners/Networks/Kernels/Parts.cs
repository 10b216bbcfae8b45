using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Networks.Kernels;

/// <summary>Loads and stores of up to eight numbers, so that the end of a row has the arithmetic of its middle.</summary>
internal static unsafe class Parts
{
    private const int Lanes = 8;

    /// <summary>The first <paramref name="count"/> numbers, zeros after them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Load(float* from, int count) => count == Lanes ? Vector256.Load(from) : LoadSome(from, count);

    /// <summary>Writes the first <paramref name="count"/> numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector256<float> vector, float* to, int count)
    {
        if (count == Lanes)
        {
            vector.Store(to);
        }
        else
        {
            StoreSome(vector, to, count);
        }
    }

    private static Vector256<float> LoadSome(float* from, int count)
    {
        var padded = stackalloc float[Lanes];
        Vector256<float>.Zero.Store(padded);
        Unsafe.CopyBlockUnaligned(padded, from, (uint)count * sizeof(float));
        return Vector256.Load(padded);
    }

    private static void StoreSome(Vector256<float> vector, float* to, int count)
    {
        var padded = stackalloc float[Lanes];
        vector.Store(padded);
        Unsafe.CopyBlockUnaligned(to, padded, (uint)count * sizeof(float));
    }
}

using System.Numerics;
using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Randomness;

/// <summary>
/// The xoshiro256** generator: the same seed gives the same numbers for ever, which <see cref="Random"/> does not promise.
/// Not safe for cryptography, nor for use from two threads.
/// </summary>
/// <remarks>Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021.</remarks>
public sealed class Xoshiro256
{
    private const string StateName = "xoshiro256**";
    private const int StateVersion = 1;
    private const int StateFields = 5;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;
    private double _spareGaussian = double.NaN;

    /// <summary>Starts from a seed, spread over the state by SplitMix64, as the authors advise: zero is as good as any.</summary>
    public Xoshiro256(ulong seed)
        : this(SplitMix64(ref seed), SplitMix64(ref seed), SplitMix64(ref seed), SplitMix64(ref seed))
    {
    }

    internal Xoshiro256(ulong s0, ulong s1, ulong s2, ulong s3) => (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform on [0, 1), in steps of 2^-53.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Normal with mean 0 and variance 1, by Marsaglia's polar method.</summary>
    public double NextGaussian()
    {
        if (!double.IsNaN(_spareGaussian))
        {
            var spare = _spareGaussian;
            _spareGaussian = double.NaN;
            return spare;
        }

        double x, y, square;
        do
        {
            x = 2 * NextDouble() - 1;
            y = 2 * NextDouble() - 1;
            square = x * x + y * y;
        }
        while (square is >= 1 or 0);

        var factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spareGaussian = y * factor;
        return x * factor;
    }

    /// <summary>Uniform on [-<paramref name="bound"/>, <paramref name="bound"/>).</summary>
    public float NextUniform(double bound) => (float)(((2 * NextDouble()) - 1) * bound);

    /// <summary>-1 or +1, each with probability 1/2.</summary>
    public int NextSign() => (NextBits() >> 63) == 0 ? -1 : 1;

    /// <summary>Exponential with mean 1.</summary>
    public double NextExponential() => -Math.Log(1 - NextDouble());

    /// <summary>Writes the whole state: a generator that loads it goes on with the same numbers.</summary>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(StateName, StateVersion, StateFields);
        writer.Write(_s0);
        writer.Write(_s1);
        writer.Write(_s2);
        writer.Write(_s3);
        if (double.IsNaN(_spareGaussian))
        {
            writer.WriteNil();
        }
        else
        {
            writer.Write(_spareGaussian);
        }
    }

    /// <summary>Takes over a state that <see cref="Save"/> has written.</summary>
    /// <exception cref="StateFormatException">It is not one.</exception>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(StateName, StateVersion, StateFields);
        var (s0, s1, s2, s3) = (reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64());
        StateFormat.Require((s0 | s1 | s2 | s3) != 0, "a generator's state is all zero");
        (_s0, _s1, _s2, _s3, _spareGaussian) = (s0, s1, s2, s3, reader.TryReadNil() ? double.NaN : reader.ReadFinite());
    }

    /// <summary>Starts again, as one that is made from that seed.</summary>
    internal void Restart(ulong seed) =>
        (_s0, _s1, _s2, _s3, _spareGaussian) =
        (SplitMix64(ref seed), SplitMix64(ref seed), SplitMix64(ref seed), SplitMix64(ref seed), double.NaN);

    /// <summary>Goes on where another generator is.</summary>
    internal void CopyFrom(Xoshiro256 other) =>
        (_s0, _s1, _s2, _s3, _spareGaussian) = (other._s0, other._s1, other._s2, other._s3, other._spareGaussian);

    internal static ulong SplitMix64(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}

namespace StreamLearn.Tests.Fuzzing;

/// <summary>
/// Makes bytes for a reader to stumble over: any at all, or good ones that are damaged. The same seed gives the same bytes.
/// </summary>
internal sealed class ByteMutator(int seed)
{
    private const int MostMutations = 4;

    // Now and then a piece is repeated so often that whoever works in the square of the length is found out.
    private const int MostRepeats = 3000;
    private const int RarelyRepeated = 400;

    private static readonly byte[] Odd = [0, 0x7f, 0x80, 0xbf, 0xc0, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xfe, 0xff, .. "\"\\\n,{[-"u8];

    private readonly Random _random = new(seed);

    /// <summary>A whole number from 0 up to and without a bound.</summary>
    internal int Below(int bound) => _random.Next(bound);

    internal T One<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>Any bytes, fewer more often than many.</summary>
    internal byte[] Bytes(int most)
    {
        var bytes = new byte[Below(1 + Below(most + 1))];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A damaged copy.</summary>
    /// <param name="good">What is damaged.</param>
    /// <param name="pieces">What is put in: words of the format and what is known to be hard.</param>
    internal byte[] Mutate(ReadOnlySpan<byte> good, IReadOnlyList<byte[]> pieces)
    {
        List<byte> bytes = [.. good];
        for (var left = 1 + Below(MostMutations); left > 0; left--)
        {
            MutateOnce(bytes, pieces);
        }

        return [.. bytes];
    }

    private void MutateOnce(List<byte> bytes, IReadOnlyList<byte[]> pieces)
    {
        var at = Below(bytes.Count + 1);
        var length = Below(1 + Math.Min(bytes.Count - at, 1 + Below(24)));
        switch (Below(10))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << Below(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = One(Odd);
                break;
            case 2:
                bytes.InsertRange(at, Bytes(8));
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5 when Below(3) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6:
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, One(pieces));
                break;
            case 7 when Below(RarelyRepeated) == 0:
                var piece = One(pieces);
                bytes.InsertRange(at, Enumerable.Repeat(piece, Below(MostRepeats)).SelectMany(repeated => repeated));
                break;
            case 8:
                var moved = bytes.GetRange(at, length);
                bytes.RemoveRange(at, length);
                bytes.InsertRange(Below(bytes.Count + 1), moved);
                break;
            default:
                bytes.InsertRange(at, One(pieces));
                break;
        }
    }
}

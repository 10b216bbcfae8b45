using System.Runtime.InteropServices;
using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language.NGrams;

/// <summary>
/// How often tokens have come after the tokens before them, for all lengths of these up to an order, in bounded memory; and the probabilities that this gives:
/// p(w | h) = (c(h w) + T(h) p(w | shorter h)) / (c(h) + T(h)), T(h) being how many different tokens have come after h, and 1 / vocabulary at the end. Witten and
/// Bell, "The zero-frequency problem", IEEE Transactions on Information Theory 37 (1991), method C, interpolated.
/// </summary>
/// <remarks>Where there would be more entries than may be, all counts are halved until there are half as many; what comes to 0 is forgotten. So seldom and
/// old ones go first. Which slot of a table something has decides nothing.</remarks>
internal sealed class NGramCounts
{
    private const int MostCount = 1 << 30;

    private readonly int _order;
    private readonly int _vocabulary;
    private readonly int _mostEntries;

    // c(h w); and of each pair what it is of, to be counted again.
    private readonly CountTable _pairs = new();

    // c(h) and T(h).
    private readonly CountTable _contexts = new();
    private readonly List<Pair> _entries = [];
    private readonly ulong[] _hashes;

    /// <param name="order">The longest run of tokens that is counted, at least 1.</param>
    /// <param name="vocabulary">Tokens that there are.</param>
    /// <param name="mostEntries">Different runs that are kept at most.</param>
    internal NGramCounts(int order, int vocabulary, int mostEntries)
    {
        _order = order;
        _vocabulary = vocabulary;
        _mostEntries = mostEntries;
        _hashes = new ulong[order];
    }

    /// <summary>Runs that are kept.</summary>
    internal int Entries => _entries.Count;

    /// <summary>The probability of the token at a place, after those before it.</summary>
    /// <param name="tokens">The text; before it, nothing is known.</param>
    /// <param name="place">Which token.</param>
    internal double Probability(ReadOnlySpan<int> tokens, int place)
    {
        var longest = Hash(tokens, place);
        var probability = 1.0 / _vocabulary;
        for (var length = 0; length <= longest; length++)
        {
            var (total, kinds) = _contexts[_hashes[length]];
            if (total == 0)
            {
                break;
            }

            var count = _pairs[PairKey(_hashes[length], tokens[place])].First;
            probability = (count + (kinds * probability)) / ((double)total + kinds);
        }

        return probability;
    }

    /// <summary>Counts the token at a place.</summary>
    internal void Add(ReadOnlySpan<int> tokens, int place)
    {
        var longest = Hash(tokens, place);
        if (_contexts[_hashes[0]].First >= MostCount)
        {
            Halve();
        }

        for (var length = 0; length <= longest; length++)
        {
            Add(_hashes[length], tokens[place], 1);
        }

        while (_entries.Count > _mostEntries)
        {
            ShrinkToHalf();
        }
    }

    internal void Clear()
    {
        _pairs.Clear();
        _contexts.Clear();
        _entries.Clear();
    }

    /// <summary>One field: the runs with their counts, in an order of their own, so that equal counts are equal bytes.</summary>
    internal void Save(ref MessagePackWriter writer)
    {
        var stored = new Pair[_entries.Count];
        for (var i = 0; i < stored.Length; i++)
        {
            stored[i] = Counted(_entries[i]);
        }

        Array.Sort(stored, static (x, y) => x.Context != y.Context ? x.Context.CompareTo(y.Context) : x.Token.CompareTo(y.Token));
        var bytes = MemoryMarshal.AsBytes<Pair>(stored);
        writer.WriteBinHeader(bytes.Length);
        writer.WriteRaw(bytes);
    }

    internal void Load(ref MessagePackReader reader)
    {
        var bytes = reader.ReadBytes() is { } block ? System.Buffers.BuffersExtensions.ToArray(block) : [];
        StateFormat.Require(bytes.Length % Pair.Size == 0 && bytes.Length / Pair.Size <= _mostEntries, "it has more counts than may be, or none of a whole number");
        Clear();
        foreach (var pair in MemoryMarshal.Cast<byte, Pair>(bytes))
        {
            StateFormat.Require(
                pair.Count is > 0 and <= MostCount && pair.Token >= 0 && pair.Token < _vocabulary && _pairs[PairKey(pair.Context, pair.Token)].First == 0,
                "a count is of no token, below 1, or there twice");
            Add(pair.Context, pair.Token, pair.Count);
        }
    }

    private Pair Counted(Pair pair) => pair with { Count = _pairs[PairKey(pair.Context, pair.Token)].First };

    private void Add(ulong context, int token, int count)
    {
        if (_pairs.Add(PairKey(context, token), count, 0) == 0)
        {
            _entries.Add(new Pair(context, token, 0));
            _contexts.Add(context, count, 1);
        }
        else
        {
            _contexts.Add(context, count, 0);
        }
    }

    private void ShrinkToHalf()
    {
        while (_entries.Count > _mostEntries / 2)
        {
            Halve();
        }
    }

    private void Halve()
    {
        var kept = new List<Pair>(_entries.Count);
        foreach (var entry in _entries)
        {
            if (Counted(entry) is { Count: > 1 } counted)
            {
                kept.Add(counted with { Count = counted.Count / 2 });
            }
        }

        Clear();
        foreach (var (context, token, count) in kept)
        {
            Add(context, token, count);
        }
    }

    /// <summary>Of what is before a place, from nothing on, each longer by a token.</summary>
    /// <returns>The length of the longest.</returns>
    private int Hash(ReadOnlySpan<int> tokens, int place)
    {
        var longest = Math.Min(_order - 1, place);
        var hash = 0x9e3779b97f4a7c15UL;
        _hashes[0] = hash;
        for (var length = 1; length <= longest; length++)
        {
            hash = Mix(hash ^ (ulong)(tokens[place - length] + 1));
            _hashes[length] = hash;
        }

        return longest;
    }

    private static ulong PairKey(ulong context, int token) => Mix(context + (0xd1342543de82ef95UL * (ulong)(token + 1)));

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93UL;
        x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93UL;
        return x ^ (x >> 32);
    }

    /// <summary>A token after what was before it.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly record struct Pair(ulong Context, int Token, int Count)
    {
        internal const int Size = 16;
    }
}

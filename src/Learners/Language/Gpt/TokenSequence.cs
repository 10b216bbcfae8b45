using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language.Gpt;

/// <summary>What a model learns in one piece: one or several texts of one domain, or a piece of a long one.</summary>
/// <param name="context">Most tokens.</param>
internal sealed class TokenSequence(int context)
{
    internal const int Fields = 5;

    // The token before the first one, then those that are to be foreseen.
    private readonly int[] _tokens = new int[context + 1];

    /// <summary>The domain's number.</summary>
    internal int Domain { get; private set; }

    /// <summary>Tokens that are to be foreseen.</summary>
    internal int Length { get; private set; }

    /// <summary>Bytes of text that these are.</summary>
    internal int Bytes { get; private set; }

    /// <summary>Texts that end in it.</summary>
    internal int Texts { get; private set; }

    internal int Room => context - Length;

    /// <summary>What a model sees at each place: the token before.</summary>
    internal ReadOnlySpan<int> Inputs => _tokens.AsSpan(0, Length);

    /// <summary>What it is to foresee there.</summary>
    internal ReadOnlySpan<int> Targets => _tokens.AsSpan(1, Length);

    /// <summary>Empties it for texts of a domain.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="before">The token before the first one.</param>
    internal void Begin(int domain, int before)
    {
        (Domain, Length, Bytes, Texts) = (domain, 0, 0, 0);
        _tokens[0] = before;
    }

    internal void Add(ReadOnlySpan<int> tokens, int bytes, bool endsText)
    {
        tokens.CopyTo(_tokens.AsSpan(1 + Length));
        Length += tokens.Length;
        Bytes += bytes;
        Texts += endsText ? 1 : 0;
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.Write(Domain);
        writer.Write(Length);
        writer.Write(Bytes);
        writer.Write(Texts);
        writer.WriteArrayHeader(1 + Length);
        foreach (var token in _tokens.AsSpan(0, 1 + Length))
        {
            writer.Write(token);
        }
    }

    internal void Load(ref MessagePackReader reader, int vocabulary)
    {
        (Domain, Length, Bytes, Texts) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        StateFormat.Require(
            Domain is >= 0 and < LanguageTask.MostDomains && Length >= 0 && Length < _tokens.Length && Bytes >= 0 && Texts >= 0, "a waiting sequence is of no possible size");
        reader.ReadLength(1 + Length);
        for (var i = 0; i <= Length; i++)
        {
            _tokens[i] = reader.ReadInt32();
            StateFormat.Require(_tokens[i] >= 0 && _tokens[i] < vocabulary, "a waiting sequence has a token that there is not");
        }
    }
}

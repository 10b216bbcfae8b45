using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language;

/// <summary>How likely some texts were found: sums over tokens.</summary>
/// <param name="Nats">-ln of the tokens' probabilities, added up.</param>
/// <param name="Tokens">Tokens, ends of documents included; not whole where older ones count less.</param>
/// <param name="Bytes">Bytes of the texts.</param>
public readonly record struct LossSums(double Nats, double Tokens, double Bytes)
{
    /// <summary>e^(nats / tokens): 1 where all was foreseen, the size of the vocabulary where nothing was known. NaN: of no tokens.</summary>
    public double Perplexity => Math.Exp(Nats / Tokens);

    /// <summary>Bits for each byte of text, those for the ends of documents included: to compare vocabularies. NaN: of no text.</summary>
    public double BitsPerByte => Nats / Math.Log(2) / Bytes;

    /// <summary>Both together.</summary>
    public static LossSums operator +(LossSums x, LossSums y) => new(x.Nats + y.Nats, x.Tokens + y.Tokens, x.Bytes + y.Bytes);

    internal LossSums Times(double factor) => new(Nats * factor, Tokens * factor, Bytes * factor);

    internal void Save(ref MessagePackWriter writer)
    {
        writer.Write(Nats);
        writer.Write(Tokens);
        writer.Write(Bytes);
    }

    internal static LossSums Load(ref MessagePackReader reader)
    {
        var sums = new LossSums(reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite());
        StateFormat.Require(sums is { Nats: >= 0, Tokens: >= 0, Bytes: >= 0 }, "sums of losses are below zero");
        return sums;
    }
}

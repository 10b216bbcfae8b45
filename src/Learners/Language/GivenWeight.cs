using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language;

/// <summary>The weight that the sequences of a domain were given where they were learned: times M, so that 1 is what all have where they count alike.</summary>
/// <param name="Sequences">Sequences that were learned.</param>
/// <param name="Sum">Of their weights.</param>
/// <param name="FadingCount">Sequences, each counting 0.999 of the next.</param>
/// <param name="FadingSum">The same of their weights.</param>
internal readonly record struct GivenWeight(long Sequences, double Sum, double FadingCount, double FadingSum)
{
    internal const int Fields = 4;

    private const double Fade = 0.999;

    /// <summary>Mean since the start; NaN: nothing was learned.</summary>
    internal double Mean => Sum / Sequences;

    /// <summary>Fading mean.</summary>
    internal double FadingMean => FadingSum / FadingCount;

    public static GivenWeight operator +(GivenWeight x, GivenWeight y) =>
        new(x.Sequences + y.Sequences, x.Sum + y.Sum, x.FadingCount + y.FadingCount, x.FadingSum + y.FadingSum);

    internal GivenWeight With(double weight) => new(Sequences + 1, Sum + weight, (Fade * FadingCount) + 1, (Fade * FadingSum) + weight);

    internal void Save(ref MessagePackWriter writer)
    {
        writer.Write(Sequences);
        writer.Write(Sum);
        writer.Write(FadingCount);
        writer.Write(FadingSum);
    }

    internal static GivenWeight Load(ref MessagePackReader reader)
    {
        var given = new GivenWeight(reader.ReadInt64(), reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite());
        StateFormat.Require(given is { Sequences: >= 0, Sum: >= 0, FadingCount: >= 0, FadingSum: >= 0 }, "weights of a domain are below zero");
        return given;
    }
}

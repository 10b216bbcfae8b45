using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Language;

/// <summary>Over which past texts are scored, besides since the start. All is counted in tokens.</summary>
public sealed record LanguageScoring
{
    /// <summary>Tokens that the windowed scores look back on, to a quarter. Default 100,000.</summary>
    public long Window { get; init; } = 100_000;

    /// <summary>Factor by which the weight of a token in the fading scores shrinks with each later one. Default 0.9999.</summary>
    public double Fading { get; init; } = 0.9999;

    internal void Validate(string path)
    {
        Require(Window is >= 4 and <= 1_000_000_000_000, "window", Window, "a number of tokens from 4 to 1000000000000");
        Require(Fading is > 0 and < 1, "fading", Fading, "a number between 0 and 1");

        void Require(bool holds, string name, double actual, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{path}.{name}", FormattableString.Invariant($"{actual}"), expected);
            }
        }
    }
}

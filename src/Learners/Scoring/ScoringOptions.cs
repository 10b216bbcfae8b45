using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Scoring;

/// <summary>Which forecasts are scored and over which past.</summary>
public sealed record ScoringOptions
{
    /// <summary>Records of a key, from its first on, that are not scored (they are learned from). Default 0.</summary>
    public long From { get; init; }

    /// <summary>Records of a key after which its scale is frozen. Default: never.</summary>
    public long ScaleUntil { get; init; } = long.MaxValue;

    /// <summary>Scored targets of a key that the windowed scores look back on, to a quarter. Default 1000.</summary>
    public int Window { get; init; } = 1000;

    /// <summary>Factor by which the weight of a scored target in the fading scores shrinks with each later one. Default 0.999.</summary>
    public double Fading { get; init; } = 0.999;

    internal void Validate(string path)
    {
        Require(From >= 0, "from", From, "a number of records, 0 or more");
        Require(ScaleUntil >= 1, "scale-until", ScaleUntil, "a number of records, 1 or more");
        Require(Window is >= 4 and <= 10_000_000, "window", Window, "a number of targets from 4 to 10000000");
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

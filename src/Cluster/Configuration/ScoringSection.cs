using StreamLearn.Learners.Scoring;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads which predictions are scored and over which past.</summary>
internal static class ScoringSection
{
    /// <param name="scoring">The block.</param>
    /// <param name="hasScale">Whether errors are divided by a scale of their key.</param>
    internal static ScoringOptions Read(ConfigNode scoring, bool hasScale) => new()
    {
        From = scoring.Whole("from", 0, long.MaxValue),
        ScaleUntil = hasScale && scoring.Whole("scale-until", 0, long.MaxValue) is > 0 and var until ? until : long.MaxValue,
        Window = (int)scoring.Whole("window", 4, 10_000_000),
        Fading = scoring.Number("fading", 0.0001, 0.999999999),
    };
}

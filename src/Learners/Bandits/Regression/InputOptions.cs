using StreamLearn.Learners.Normalization;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>The settings of <see cref="InputNormalizer"/>, which several learners have.</summary>
internal static class InputOptions
{
    internal static NormalizationKind Normalization(OptionSet options, NormalizationKind fallback) =>
        options.Choice("normalization", NameOf(fallback), "none", "scale", "standardize") switch
        {
            "none" => NormalizationKind.None,
            "scale" => NormalizationKind.Scale,
            _ => NormalizationKind.Standardize,
        };

    internal static (string Name, object Default)[] Texts(NormalizationKind normalization, double clip) =>
        [("normalization", NameOf(normalization)), ("clip", clip)];

    private static string NameOf(NormalizationKind kind) => kind switch
    {
        NormalizationKind.None => "none",
        NormalizationKind.Scale => "scale",
        _ => "standardize",
    };
}

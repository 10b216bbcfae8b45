using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>γ by the rounds that have been learned.</summary>
/// <param name="Kind">Which formula.</param>
/// <param name="Scale">γ₀.</param>
/// <param name="Exponent">p.</param>
internal sealed record GammaSchedule(GammaKind Kind, double Scale, double Exponent)
{
    internal static GammaSchedule From(OptionSet options, GammaSchedule defaults) => new(
        options.Choice("gamma-schedule", NameOf(defaults.Kind), "constant", "power", "loss-adaptive") switch
        {
            "constant" => GammaKind.Constant,
            "power" => GammaKind.Power,
            _ => GammaKind.LossAdaptive,
        },
        options.Number("gamma-scale", defaults.Scale, 0, 1e9),
        options.Number("gamma-exponent", defaults.Exponent, 0, 2));

    internal static string NameOf(GammaKind kind) => kind switch
    {
        GammaKind.Constant => "constant",
        GammaKind.Power => "power",
        _ => "loss-adaptive",
    };

    /// <summary>γ after <paramref name="rounds"/> rounds that have cost <paramref name="costs"/> together.</summary>
    internal double At(long rounds, double costs) => Kind switch
    {
        GammaKind.Constant => Scale,
        GammaKind.Power => Scale * Math.Pow(rounds, Exponent),
        _ => Scale * Math.Pow(1 + costs, Exponent),
    };
}

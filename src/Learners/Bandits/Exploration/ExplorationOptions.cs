using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>A rule with its settings.</summary>
internal sealed record ExplorationOptions
{
    /// <summary>The rule.</summary>
    internal ExplorationRule Rule { get; init; }

    /// <summary>γ of the two inverse-gap rules.</summary>
    internal GammaSchedule Gamma { get; init; } = new(GammaKind.Power, 10, 0.5);

    /// <summary>ε: each of the K actions that may be chosen has a probability of at least ε/K. Default 0; of <c>epsilon-greedy</c>
    /// 0.05.</summary>
    internal double Epsilon { get; init; }

    /// <summary>Whether expected costs are taken as within [0, 1] when gaps are weighed. They are not when they are learned. Default:
    /// yes.</summary>
    internal bool ClipsCosts { get; init; } = true;

    internal static ExplorationOptions From(OptionSet options, ExplorationOptions defaults)
    {
        var epsilon = options.Number("epsilon", defaults.Epsilon, 0, 1);
        return defaults.Rule == ExplorationRule.EpsilonGreedy
            ? defaults with { Epsilon = epsilon }
            : defaults with
            {
                Epsilon = epsilon,
                Gamma = GammaSchedule.From(options, defaults.Gamma),
                ClipsCosts = options.Choice("clip-costs", defaults.ClipsCosts ? "on" : "off", "on", "off") == "on",
            };
    }

    /// <summary>The settings with these values as defaults.</summary>
    internal (string Name, object Default)[] Texts() => Rule == ExplorationRule.EpsilonGreedy
        ? [("epsilon", Epsilon)]
        :
        [
            ("gamma-schedule", GammaSchedule.NameOf(Gamma.Kind)), ("gamma-scale", Gamma.Scale), ("gamma-exponent", Gamma.Exponent), ("epsilon", Epsilon),
            ("clip-costs", ClipsCosts ? "on" : "off"),
        ];
}

using System.Globalization;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Reweighting;

/// <summary>How the samples of a learner's mini-batches are weighted: part of the settings of every learner that has mini-batches.</summary>
public sealed record ReweightingOptions
{
    private const double LeastTemperature = 1e-3;
    private const double MostTemperature = 1e6;
    private const int MostSteps = 1_000_000_000;

    /// <summary>Which losses count more. Default: none.</summary>
    public ReweightingStrategy Strategy { get; init; } = ReweightingStrategy.Uniform;

    /// <summary>How much more, by training steps.</summary>
    public TemperatureSchedule Temperature { get; init; } = new();

    /// <summary>What is done about heavy tails. Default: nothing.</summary>
    public LossGuard Guard { get; init; } = LossGuard.None;

    /// <summary>For <see cref="LossGuard.Clip"/>: the share of the losses that are not above the bound. Default 0.95.</summary>
    public double ClipPercentile { get; init; } = 0.95;

    /// <summary>For <see cref="ReweightingStrategy.TopK"/>: the share of the samples that count. Default 0.5.</summary>
    public double TopShare { get; init; } = 0.5;

    /// <summary>The names of the strategies, as configuration has them.</summary>
    public static IReadOnlyList<string> StrategyNames { get; } = ["uniform", "lin-upper", "quadratic", "extremes", "kl-dro", "top-k"];

    /// <summary>The name of the strategy.</summary>
    public string StrategyName => StrategyNames[(int)Strategy];

    /// <summary>Reads them from a learner's settings.</summary>
    /// <exception cref="OptionException">One cannot be used.</exception>
    public static ReweightingOptions From(OptionSet options)
    {
        var defaults = new ReweightingOptions();
        var strategy = (ReweightingStrategy)StrategyNames.ToList().IndexOf(options.Choice("reweighting", defaults.StrategyName, [.. StrategyNames]));
        var final = options.Number("temperature", defaults.Temperature.Final, -MostTemperature, MostTemperature);
        if (Math.Abs(final) < LeastTemperature || (final < 0 && strategy is not ReweightingStrategy.KlDro))
        {
            throw new OptionException(
                $"{options.Path}.temperature", Text(final),
                $"a number from {Text(LeastTemperature)} to {Text(MostTemperature)}; with reweighting = kl-dro also its negative");
        }

        var start = options.Number("temperature-start", Math.Max(defaults.Temperature.Start, Math.Abs(final)), LeastTemperature, MostTemperature);
        if (start < Math.Abs(final))
        {
            throw new OptionException($"{options.Path}.temperature-start", Text(start), $"{Text(Math.Abs(final))}, the size of temperature, or more");
        }

        return new ReweightingOptions
        {
            Strategy = strategy,
            Temperature = new TemperatureSchedule(
                final, start, options.Whole("burn-in", (int)defaults.Temperature.BurnIn, 0, MostSteps),
                options.Whole("temperature-decay", (int)defaults.Temperature.DecaySteps, 0, MostSteps), options.Whole("uniform-from", 0, 0, MostSteps)),
            Guard = options.Choice("loss-guard", "none", "none", "log", "clip") switch
            {
                "log" => LossGuard.Log,
                "clip" => LossGuard.Clip,
                _ => LossGuard.None,
            },
            ClipPercentile = options.Number("clip-percentile", defaults.ClipPercentile, 0.5, 1),
            TopShare = options.Number("top-share", defaults.TopShare, 0.01, 1),
        };

        static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The settings with their defaults, for a learner's registration.</summary>
    internal static (string Name, object Default)[] Texts()
    {
        var defaults = new ReweightingOptions();
        return
        [
            ("reweighting", defaults.StrategyName), ("temperature", defaults.Temperature.Final), ("temperature-start", defaults.Temperature.Start),
            ("burn-in", defaults.Temperature.BurnIn), ("temperature-decay", defaults.Temperature.DecaySteps), ("uniform-from", defaults.Temperature.UniformFrom),
            ("loss-guard", "none"), ("clip-percentile", defaults.ClipPercentile), ("top-share", defaults.TopShare),
        ];
    }
}

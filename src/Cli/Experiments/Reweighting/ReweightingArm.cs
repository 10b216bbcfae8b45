using System.Globalization;
using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>A way to weigh samples, as a row of the tables.</summary>
/// <param name="Strategy">Which losses count more.</param>
/// <param name="Temperature">r at the end of its schedule; for <c>top-k</c> of no use.</param>
/// <param name="ReturnsToUniform">Whether the last fifth of the steps is uniform again.</param>
internal sealed record ReweightingArm(ReweightingStrategy Strategy, double Temperature, bool ReturnsToUniform = false)
{
    /// <summary>Weights that are all alike.</summary>
    internal static readonly ReweightingArm Uniform = new(ReweightingStrategy.Uniform, 1);

    /// <summary>The strategies of the paper, the adversary of distributionally robust optimisation in both directions, and the controls.</summary>
    internal static IReadOnlyList<ReweightingArm> All { get; } =
    [
        Uniform,
        .. new[] { ReweightingStrategy.LinUpper, ReweightingStrategy.Quadratic, ReweightingStrategy.Extremes }
            .SelectMany(strategy => new[] { 2, 1, 0.4 }.Select(temperature => new ReweightingArm(strategy, temperature))),
        new(ReweightingStrategy.KlDro, 1), new(ReweightingStrategy.KlDro, -1), new(ReweightingStrategy.TopK, 1),
        new(ReweightingStrategy.LinUpper, 0.4, ReturnsToUniform: true),
    ];

    /// <summary>Its name in tables.</summary>
    internal string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"{NameOf(Strategy)}{(Strategy is ReweightingStrategy.Uniform or ReweightingStrategy.TopK ? "" : $", r = {Temperature}")}{(ReturnsToUniform ? ", then uniform" : "")}");

    /// <summary>Its settings with the specification's schedule for a run of so many steps: a twentieth uniform, then from r = 10 geometrically down to its own in
    /// three twentieths.</summary>
    internal ReweightingOptions Scheduled(long steps) => new()
    {
        Strategy = Strategy,
        Temperature = new TemperatureSchedule(
            Temperature, Math.Max(10, Math.Abs(Temperature)), steps / 20, 3 * steps / 20, ReturnsToUniform ? Math.Max(1, steps - (steps / 5)) : 0),
    };

    /// <summary>Its settings with its temperature from the first step on.</summary>
    internal ReweightingOptions Constant(long steps) => new()
    {
        Strategy = Strategy,
        Temperature = TemperatureSchedule.Constant(Temperature) with { UniformFrom = ReturnsToUniform ? Math.Max(1, steps - (steps / 5)) : 0 },
    };

    private static string NameOf(ReweightingStrategy strategy) => ReweightingOptions.StrategyNames[(int)strategy];
}

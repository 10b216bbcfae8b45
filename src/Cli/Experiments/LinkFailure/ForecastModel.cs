using System.Globalization;
using StreamLearn.Learners;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;

namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>A learner with its settings as a row of the experiment.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Group">What it does after the failure.</param>
/// <param name="Choice">The learner.</param>
/// <param name="Passes">How often it goes through the loads before the failure.</param>
internal sealed record ForecastModel(string Name, ModelGroup Group, LearnerChoice Choice, int Passes)
{
    /// <summary>R of the re-fitted models.</summary>
    private static readonly int[] RefitEvery = [12, 36, 72, 144, 288];

    /// <summary>The settings that differ from the defaults, as HOCON.</summary>
    internal string Settings =>
        $"{{ {string.Join(", ", Choice.Options.Names.Select(name => $"{name} = {Choice.Options.Value(name)}").Prepend($"kind = {Choice.Registration.Kind}"))} }}";

    /// <summary>All rows.</summary>
    /// <param name="binsBefore">Bins of the loads before the failure.</param>
    internal static IReadOnlyList<ForecastModel> All(int binsBefore)
    {
        (string Name, object Value)[] policy = [("cell", "ltc"), ("wiring", "ncp"), ("units", 20), ("window", 12)];
        return
        [
            Row("last-value", ModelGroup.Baseline, "last-value"),
            Row("seasonal-last-value", ModelGroup.Baseline, "seasonal-last-value"),

            Frozen("liquid frozen", "liquid", 3),
            Frozen("liquid frozen, carried", "liquid", 3, ("inference", "carried")),
            Frozen("liquid frozen, level", "liquid", 3, ("target", "level"), ("learning-rate", 0.0003)),
            Frozen("ltc-ncp frozen", "liquid", 2, [.. policy, ("learning-rate", 0.002)]),
            Frozen("ltc-ncp frozen, level", "liquid", 2, [.. policy, ("learning-rate", 0.001), ("target", "level")]),
            Frozen("gru frozen", "gru", 3),
            FittedOnce("mlp frozen", "scaler"),
            FittedOnce("mlp frozen, by window", "window"),

            Row("recursive-least-squares", ModelGroup.Learning, "recursive-least-squares"),
            Row("multilayer-perceptron", ModelGroup.Learning, "multilayer-perceptron"),
            .. RefitEvery.Select(every =>
                Row($"incremental R={every}", ModelGroup.Refitted, "incremental", 1, ("refit-every", every), ("warm-up", binsBefore))),
            Row("incremental R=72, by window", ModelGroup.Refitted, "incremental", 1, ("refit-every", 72), ("normalization", "window")),
            Row("gru", ModelGroup.Learning, "gru"),
            Row("liquid", ModelGroup.Learning, "liquid"),

            Frozen("hybrid, liquid frozen + incremental", "hybrid", 3, ("experts", "incremental")) with { Group = ModelGroup.Hybrid },
            Row("hybrid", ModelGroup.Hybrid, "hybrid"),
        ];

        ForecastModel Frozen(string name, string kind, int passes, params (string Name, object Value)[] settings) =>
            Row(name, ModelGroup.Frozen, kind, passes, [("then", "frozen"), ("warm-up", passes * binsBefore), .. settings]);

        ForecastModel FittedOnce(string name, string normalization) => Row(
            name, ModelGroup.Frozen, "incremental", 1,
            ("refit-every", binsBefore), ("memory", 1), ("epochs", 30), ("stop-after", binsBefore), ("warm-up", binsBefore), ("normalization", normalization));
    }

    private static ForecastModel Row(string name, ModelGroup group, string kind, int passes = 1, params (string Name, object Value)[] settings)
    {
        var values = settings.ToDictionary(setting => setting.Name, setting => Convert.ToString(setting.Value, CultureInfo.InvariantCulture)!);
        return new ForecastModel(name, group, new LearnerChoice(ForecasterCatalog.Find(kind)!, new OptionSet(name, values)), passes);
    }
}

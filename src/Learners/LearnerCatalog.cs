using System.Globalization;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Forecasting.Hybrid;
using StreamLearn.Learners.Forecasting.Incremental;
using StreamLearn.Learners.Forecasting.LastValue;
using StreamLearn.Learners.Forecasting.MultilayerPerceptron;
using StreamLearn.Learners.Forecasting.Recurrent;
using StreamLearn.Learners.Forecasting.RecursiveLeastSquares;
using StreamLearn.Learners.Forecasting.SeasonalLastValue;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners;

/// <summary>Every learner that a pipeline can name. The conformance suite runs over this list.</summary>
public static class LearnerCatalog
{
    private static readonly RecursiveLeastSquaresOptions Rls = new();
    private static readonly MultilayerPerceptronOptions Mlp = new();
    private static readonly RecurrentOptions Recurrent = new();
    private static readonly IncrementalOptions Incremental = new();
    private static readonly HybridOptions Hybrid = new();

    /// <summary>The learners, in the order in which help texts list them.</summary>
    public static IReadOnlyList<LearnerRegistration> All { get; } =
    [
        new(
            LastValueForecaster.Kind,
            "forecast",
            "the next values are the last one (persistence)",
            Settings(),
            (_, _, _, _) => new LastValueForecaster()),
        new(
            SeasonalLastValueForecaster.Kind,
            "forecast",
            "a value will be what it was one season ago",
            Settings(("period", new SeasonalLastValueOptions().Period)),
            (task, options, _, _) => new SeasonalLastValueForecaster(task, SeasonalLastValueOptions.From(options))),
        new(
            RecursiveLeastSquaresForecaster.Kind,
            "forecast",
            "autoregression fitted by recursive least squares with forgetting",
            Settings(
                ("lags", Rls.Lags), ("forgetting", Rls.Forgetting),
                ("initial-covariance", Rls.InitialCovariance), ("max-covariance", Rls.MaxCovariance)),
            (task, options, _, _) => new RecursiveLeastSquaresForecaster(task, RecursiveLeastSquaresOptions.From(options)))
        {
            Reactions = [DriftReaction.ResetOptimizer],
        },
        new(
            MultilayerPerceptronForecaster.Kind,
            "forecast",
            "a small neural network, one optimiser step on each target as it arrives",
            Settings(
                ("lags", Mlp.Lags), ("hidden", Mlp.Hidden), ("layers", Mlp.Layers), ("optimizer", Mlp.Optimizer),
                ("learning-rate", Mlp.LearningRate), ("max-gradient-norm", Mlp.MaxGradientNorm), ("forgetting", Mlp.Forgetting),
                ("device", "auto"), (LearnerRegistration.WarmStart, "")),
            (task, options, seed, workspaces) => new MultilayerPerceptronForecaster(task, MultilayerPerceptronOptions.From(options), seed, workspaces),
            (task, options) => MultilayerPerceptronForecaster.DeviceFor(task, MultilayerPerceptronOptions.From(options)))
        {
            Reactions = [DriftReaction.ResetOptimizer],
        },
        new(
            RecurrentForecaster.LiquidKind,
            "forecast",
            "a liquid network over the last records; it warms up, then learns on, is frozen, or is mixed with others",
            Settings([.. LiquidSettings(), .. HybridSettings()]),
            (task, options, seed, workspaces) => HybridOptions.From(options) is var hybrid && HybridOptions.FollowsWarmUp(options)
                ? new HybridForecaster(task, hybrid, seed, workspaces)
                : new RecurrentForecaster(task, hybrid.Liquid, seed, workspaces),
            (task, options) => RecurrentForecaster.DeviceFor(task, RecurrentOptions.LiquidFrom(options)))
        {
            Reactions = [DriftReaction.RaiseLearningRate, DriftReaction.ResetOptimizer, DriftReaction.Refit],
        },
        new(
            RecurrentForecaster.GruKind,
            "forecast",
            "a gated recurrent unit in the place of the liquid network",
            Settings(RecurrentSettings()),
            (task, options, seed, workspaces) => new RecurrentForecaster(task, RecurrentOptions.GruFrom(options), seed, workspaces),
            (task, options) => RecurrentForecaster.DeviceFor(task, RecurrentOptions.GruFrom(options)))
        {
            Reactions = [DriftReaction.RaiseLearningRate, DriftReaction.ResetOptimizer, DriftReaction.Refit],
        },
        new(
            IncrementalForecaster.Kind,
            "forecast",
            "a perceptron that is fitted again after every R records on the newest data",
            Settings(
                ("lags", Incremental.Lags), ("hidden", Incremental.Hidden), ("layers", Incremental.Layers), ("refit-every", Incremental.RefitEvery),
                ("memory", Incremental.Memory), ("epochs", Incremental.Epochs), ("batch-size", Incremental.BatchSize),
                ("stop-after", Incremental.StopAfter), ("normalization", "scaler"), ("head-room", Incremental.HeadRoom),
                ("warm-up", Incremental.WarmUp), ("learning-rate", Incremental.LearningRate), ("max-gradient-norm", Incremental.MaxGradientNorm)),
            (task, options, seed, workspaces) => new IncrementalForecaster(task, IncrementalOptions.From(options), seed, workspaces))
        {
            Reactions = [DriftReaction.ResetOptimizer, DriftReaction.Refit],
        },
        new(
            HybridForecaster.Kind,
            "forecast",
            "liquid alone until a mixture with incremental learners has proved better since the last drift, then the mixture",
            Settings([.. LiquidSettings(), .. HybridSettings()]),
            (task, options, seed, workspaces) => HybridOptions.FollowsWarmUp(options)
                ? throw new OptionException($"{options.Path}.then", "'hybrid'", "one of continue, frozen: what the liquid network within the hybrid does")
                : new HybridForecaster(task, HybridOptions.From(options), seed, workspaces),
            (task, options) => RecurrentForecaster.DeviceFor(task, RecurrentOptions.LiquidFrom(options)))
        {
            Reactions = [DriftReaction.RaiseLearningRate, DriftReaction.ResetOptimizer, DriftReaction.Refit, DriftReaction.SwitchExpert],
        },
    ];

    /// <summary>The learner of that name for that task, or null.</summary>
    public static LearnerRegistration? Find(string task, string kind) =>
        All.FirstOrDefault(learner => learner.Task == task && learner.Kind == kind);

    /// <summary>The names of the learners of a task, for messages.</summary>
    public static string KindsOf(string task) => string.Join(", ", All.Where(learner => learner.Task == task).Select(learner => learner.Kind));

    private static (string Name, object Default)[] RecurrentSettings() =>
    [
        ("units", Recurrent.Units), ("window", Recurrent.Window), ("lags", Recurrent.Lags), ("period", Recurrent.Period),
        ("second-period", Recurrent.SecondPeriod), ("inference", "restart"), ("target", "move"), ("head-room", Recurrent.HeadRoom),
        ("warm-up", Recurrent.WarmUp), ("then", "continue"), ("continue-rate", Recurrent.ContinueRate), ("raised-rate", Recurrent.RaisedRate),
        ("reaction-records", Recurrent.ReactionRecords), ("optimizer", Recurrent.Optimizer), ("learning-rate", Recurrent.LearningRate),
        ("max-gradient-norm", Recurrent.MaxGradientNorm), ("forgetting", Recurrent.Forgetting), ("device", "auto"),
        (LearnerRegistration.WarmStart, ""),
    ];

    private static (string Name, object Default)[] LiquidSettings() =>
    [
        ("cell", "cfc"), ("wiring", "full"), ("sparsity", Recurrent.Sparsity), ("wiring-seed", Recurrent.WiringSeed), ("backbone", Recurrent.Backbone),
        ("unfolds", Recurrent.Unfolds), .. RecurrentSettings(),
    ];

    private static (string Name, object Default)[] HybridSettings() =>
    [
        ("experts", string.Join(", ", Hybrid.Experts)), ("mixture-rate", Hybrid.MixtureRate), ("fixed-share", Hybrid.FixedShare),
        ("confidence", Hybrid.Confidence), ("min-samples", Hybrid.MinSamples), ("detector", Hybrid.Detector),
    ];

    private static Dictionary<string, string> Settings(params (string Name, object Default)[] settings) =>
        settings.ToDictionary(setting => setting.Name, setting => Convert.ToString(setting.Default, CultureInfo.InvariantCulture)!);
}

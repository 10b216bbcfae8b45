using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Forecasting.Hybrid;
using StreamLearn.Learners.Forecasting.Incremental;
using StreamLearn.Learners.Forecasting.LastValue;
using StreamLearn.Learners.Forecasting.MultilayerPerceptron;
using StreamLearn.Learners.Forecasting.Recurrent;
using StreamLearn.Learners.Forecasting.RecursiveLeastSquares;
using StreamLearn.Learners.Forecasting.SeasonalLastValue;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting;

/// <summary>Every learner of the task <c>forecast</c>.</summary>
public static class ForecasterCatalog
{
    private static readonly RecursiveLeastSquaresOptions Rls = new();
    private static readonly MultilayerPerceptronOptions Mlp = new();
    private static readonly RecurrentOptions Recurrent = new();
    private static readonly IncrementalOptions Incremental = new();
    private static readonly HybridOptions Hybrid = new();

    /// <summary>The learners, in the order in which help texts list them.</summary>
    public static IReadOnlyList<ForecasterRegistration> All { get; } =
    [
        new(
            LastValueForecaster.Kind,
            "the next values are the last one (persistence)",
            OptionSet.Texts(),
            (_, _, _, _) => new LastValueForecaster()),
        new(
            SeasonalLastValueForecaster.Kind,
            "a value will be what it was one season ago",
            OptionSet.Texts(("period", new SeasonalLastValueOptions().Period)),
            (task, options, _, _) => new SeasonalLastValueForecaster(task, SeasonalLastValueOptions.From(options))),
        new(
            RecursiveLeastSquaresForecaster.Kind,
            "autoregression fitted by recursive least squares with forgetting",
            OptionSet.Texts(
                ("lags", Rls.Lags), ("forgetting", Rls.Forgetting),
                ("initial-covariance", Rls.InitialCovariance), ("max-covariance", Rls.MaxCovariance)),
            (task, options, _, _) => new RecursiveLeastSquaresForecaster(task, RecursiveLeastSquaresOptions.From(options)))
        {
            Reactions = [DriftReaction.ResetOptimizer],
        },
        new(
            MultilayerPerceptronForecaster.Kind,
            "a small neural network, one optimiser step on each target as it arrives",
            OptionSet.Texts(
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
            "a liquid network over the last records; it warms up, then learns on, is frozen, or is mixed with others",
            OptionSet.Texts([.. LiquidSettings(), .. HybridSettings()]),
            (task, options, seed, workspaces) => HybridOptions.From(options) is var hybrid && HybridOptions.FollowsWarmUp(options)
                ? new HybridForecaster(task, hybrid, seed, workspaces)
                : new RecurrentForecaster(task, hybrid.Liquid, seed, workspaces),
            (task, options) => RecurrentForecaster.DeviceFor(task, RecurrentOptions.LiquidFrom(options)))
        {
            Reactions = [DriftReaction.RaiseLearningRate, DriftReaction.ResetOptimizer, DriftReaction.Refit],
        },
        new(
            RecurrentForecaster.GruKind,
            "a gated recurrent unit in the place of the liquid network",
            OptionSet.Texts(RecurrentSettings()),
            (task, options, seed, workspaces) => new RecurrentForecaster(task, RecurrentOptions.GruFrom(options), seed, workspaces),
            (task, options) => RecurrentForecaster.DeviceFor(task, RecurrentOptions.GruFrom(options)))
        {
            Reactions = [DriftReaction.RaiseLearningRate, DriftReaction.ResetOptimizer, DriftReaction.Refit],
        },
        new(
            IncrementalForecaster.Kind,
            "a perceptron that is fitted again after every R records on the newest data",
            OptionSet.Texts(
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
            "liquid alone until a mixture with incremental learners has proved better since the last drift, then the mixture",
            OptionSet.Texts([.. LiquidSettings(), .. HybridSettings()]),
            (task, options, seed, workspaces) => HybridOptions.FollowsWarmUp(options)
                ? throw new OptionException($"{options.Path}.then", "'hybrid'", "one of continue, frozen: what the liquid network within the hybrid does")
                : new HybridForecaster(task, HybridOptions.From(options), seed, workspaces),
            (task, options) => RecurrentForecaster.DeviceFor(task, RecurrentOptions.LiquidFrom(options)))
        {
            Reactions = [DriftReaction.RaiseLearningRate, DriftReaction.ResetOptimizer, DriftReaction.Refit, DriftReaction.SwitchExpert],
        },
    ];

    /// <summary>The learner of that name, or null.</summary>
    public static ForecasterRegistration? Find(string kind) => All.FirstOrDefault(learner => learner.Kind == kind);

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
}

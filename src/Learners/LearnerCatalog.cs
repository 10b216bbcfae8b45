using System.Globalization;
using StreamLearn.Learners.Forecasting.LastValue;
using StreamLearn.Learners.Forecasting.MultilayerPerceptron;
using StreamLearn.Learners.Forecasting.RecursiveLeastSquares;
using StreamLearn.Learners.Forecasting.SeasonalLastValue;

namespace StreamLearn.Learners;

/// <summary>Every learner that a pipeline can name. The conformance suite runs over this list.</summary>
public static class LearnerCatalog
{
    private static readonly RecursiveLeastSquaresOptions Rls = new();
    private static readonly MultilayerPerceptronOptions Mlp = new();

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
            (task, options, _, _) => new RecursiveLeastSquaresForecaster(task, RecursiveLeastSquaresOptions.From(options))),
        new(
            MultilayerPerceptronForecaster.Kind,
            "forecast",
            "a small neural network, one optimiser step on each target as it arrives",
            Settings(
                ("lags", Mlp.Lags), ("hidden", Mlp.Hidden), ("layers", Mlp.Layers), ("optimizer", Mlp.Optimizer),
                ("learning-rate", Mlp.LearningRate), ("max-gradient-norm", Mlp.MaxGradientNorm), ("forgetting", Mlp.Forgetting),
                ("device", "auto"), (LearnerRegistration.WarmStart, "")),
            (task, options, seed, workspaces) => new MultilayerPerceptronForecaster(task, MultilayerPerceptronOptions.From(options), seed, workspaces),
            (task, options) => MultilayerPerceptronForecaster.DeviceFor(task, MultilayerPerceptronOptions.From(options))),
    ];

    /// <summary>The learner of that name for that task, or null.</summary>
    public static LearnerRegistration? Find(string task, string kind) =>
        All.FirstOrDefault(learner => learner.Task == task && learner.Kind == kind);

    /// <summary>The names of the learners of a task, for messages.</summary>
    public static string KindsOf(string task) => string.Join(", ", All.Where(learner => learner.Task == task).Select(learner => learner.Kind));

    private static Dictionary<string, string> Settings(params (string Name, object Default)[] settings) =>
        settings.ToDictionary(setting => setting.Name, setting => Convert.ToString(setting.Default, CultureInfo.InvariantCulture)!);
}

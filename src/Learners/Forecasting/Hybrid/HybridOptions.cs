using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting.Incremental;
using StreamLearn.Learners.Forecasting.MultilayerPerceptron;
using StreamLearn.Learners.Forecasting.Recurrent;
using StreamLearn.Learners.Forecasting.RecursiveLeastSquares;
using StreamLearn.Learners.Forecasting.SeasonalLastValue;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting.Hybrid;

/// <summary>Settings of <c>hybrid</c> that are not those of its liquid network.</summary>
public sealed record HybridOptions
{
    /// <summary>No detector: no drift is ever found.</summary>
    internal const string NoDetector = "none";

    private static readonly string[] Known =
    [
        RecursiveLeastSquaresForecaster.Kind, IncrementalForecaster.Kind, MultilayerPerceptronForecaster.Kind, SeasonalLastValueForecaster.Kind,
    ];

    /// <summary>The liquid network.</summary>
    public RecurrentOptions Liquid { get; init; } = new();

    /// <summary>The learners beside it, with their defaults. Default recursive least squares.</summary>
    public IReadOnlyList<string> Experts { get; init; } = [RecursiveLeastSquaresForecaster.Kind];

    /// <summary>Settings of <c>incremental</c> where it is an expert.</summary>
    public IncrementalOptions Incremental { get; init; } = new();

    /// <summary>Step size η of the weights. Default 0.05.</summary>
    public double MixtureRate { get; init; } = 0.05;

    /// <summary>Share α of the weight that is given to all alike at each target. Default 0.001.</summary>
    public double FixedShare { get; init; } = 0.001;

    /// <summary>
    /// Standard errors that the mixture has to be better by, looked at after every target. Default 1.645: quick rather than sure. Of mixtures that are no
    /// better, about 7 % pass after 12 targets and a third within 288.
    /// </summary>
    public double Confidence { get; init; } = 1.645;

    /// <summary>The least targets of a proof. Default 12.</summary>
    public int MinSamples { get; init; } = 12;

    /// <summary>Detector of drifts in the liquid network's error at the furthest horizon, with its defaults, or none. Default <c>page-hinkley</c>, the quickest.</summary>
    public string Detector { get; init; } = PageHinkleyDetector.Kind;

    /// <summary>Whether the settings of a <c>liquid</c> ask for a hybrid once it is warm.</summary>
    internal static bool FollowsWarmUp(OptionSet options) => RecurrentOptions.ThenOf(options) == "hybrid";

    internal static HybridOptions From(OptionSet options)
    {
        var defaults = new HybridOptions();
        return new HybridOptions
        {
            Liquid = RecurrentOptions.LiquidFrom(options),
            Experts = options.Choices("experts", defaults.Experts, Known),
            MixtureRate = options.Number("mixture-rate", defaults.MixtureRate, 0, 10),
            FixedShare = options.Number("fixed-share", defaults.FixedShare, 0, 0.5),
            Confidence = options.Number("confidence", defaults.Confidence, 0, 100),
            MinSamples = options.Whole("min-samples", defaults.MinSamples, 1, 1_000_000),
            Detector = options.Choice("detector", defaults.Detector, [.. DriftDetectorCatalog.All.Select(detector => detector.Kind), NoDetector]),
        };
    }

    internal IDriftDetector? CreateDetector(ulong seed) => DriftDetectorCatalog.Find(Detector)?.Detector(OptionSet.Defaults, seed);

    internal IForecaster CreateExpert(string kind, ForecastTask task, ulong seed, FleetWorkspaces workspaces) => kind == IncrementalForecaster.Kind
        ? new IncrementalForecaster(task, Incremental, seed, workspaces)
        : ForecasterCatalog.Find(kind)!.Forecaster(task, OptionSet.Defaults, seed, workspaces);
}

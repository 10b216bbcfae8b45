using System.Buffers;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>Drives learners of the task <c>forecast</c>: two features, the default horizons and settings.</summary>
internal sealed class ForecastAdapter : TaskAdapter
{
    private static readonly ForecastTask Forecasts = new() { StepMilliseconds = 60_000, Features = 2, Scoring = new() { Window = 40 } };

    internal override string Task => "forecast";

    internal override Type Contract => typeof(IForecaster);

    internal override int Width => 1 + Forecasts.Features;

    internal override long StepMilliseconds => Forecasts.StepMilliseconds;

    internal override int ExamplesToFill => 300;

    internal override Type TypeOf(LearnerRegistration learner) => learner.Forecaster(Forecasts, OptionSet.Defaults, 0, new FleetWorkspaces()).GetType();

    internal override double[] PredictUntrained(LearnerRegistration learner, IReadOnlyDictionary<string, string> settings)
    {
        var forecasts = new double[Forecasts.Horizons.Count];
        Array.Fill(forecasts, double.NaN);
        learner.Forecaster(Forecasts, new OptionSet("learner", settings), 1, new FleetWorkspaces()).Predict(forecasts);
        return forecasts;
    }

    internal override FleetUnderTest Create(LearnerRegistration learner, ulong seed, int maxKeys) =>
        new Fleet(new ForecastFleet(Plan(learner, seed, maxKeys)));

    internal override FleetUnderTest Load(LearnerRegistration learner, byte[] state, ulong seed) =>
        new Fleet(ForecastFleet.Load(Plan(learner, seed, maxKeys: 100), state));

    internal override FleetUnderTest CreateAlarmed(LearnerRegistration learner, DriftReaction reaction) =>
        new Fleet(new ForecastFleet(Alarmed(learner, reaction)));

    internal override FleetUnderTest LoadAlarmed(LearnerRegistration learner, byte[] state, DriftReaction reaction) =>
        new Fleet(ForecastFleet.Load(Alarmed(learner, reaction), state));

    private static ForecastPlan Alarmed(LearnerRegistration learner, DriftReaction reaction)
    {
        var settings = new Dictionary<string, string>
        {
            ["threshold"] = "0.1", ["cool-down"] = "10", ["min-count"] = "2", ["direction"] = "both",
        };
        return new ForecastPlan(
            Forecasts, [new LearnerChoice(learner, OptionSet.Defaults)], 1, 100,
            [new(DriftDetectorCatalog.Find("page-hinkley")!, new OptionSet("drift.detectors", settings), DriftSignal.Error, reaction)]);
    }

    private static ForecastPlan Plan(LearnerRegistration learner, ulong seed, int maxKeys) =>
        new(Forecasts, [new LearnerChoice(learner, OptionSet.Defaults)], seed, maxKeys);

    private sealed class Fleet(ForecastFleet fleet) : FleetUnderTest
    {
        internal override int Keys => fleet.Keys;

        internal override int PredictionWidth => fleet.PredictionWidth;

        internal override void Process(ExampleBatch examples, int from, PredictionBatch predictions) =>
            fleet.Process(examples, from, predictions);

        protected override void Save(IBufferWriter<byte> destination) => fleet.Save(destination);
    }
}

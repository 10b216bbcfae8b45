using System.Text;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Tests.Forecasting;

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

    internal override Type TypeOf(LearnerRegistration learner) => ((ForecasterRegistration)learner).Forecaster(Forecasts, OptionSet.Defaults, 0, new FleetWorkspaces()).GetType();

    internal override double[] PredictUntrained(LearnerRegistration learner, IReadOnlyDictionary<string, string> settings)
    {
        var forecasts = new double[Forecasts.Horizons.Count];
        Array.Fill(forecasts, double.NaN);
        ((ForecasterRegistration)learner).Forecaster(Forecasts, new OptionSet("learner", settings), 1, new FleetWorkspaces()).Predict(forecasts);
        return forecasts;
    }

    internal override FleetUnderTest Create(LearnerRegistration learner, ulong seed, int maxKeys) =>
        new Fleet(Plan(learner, seed, maxKeys));

    internal override FleetUnderTest CreateAlarmed(LearnerRegistration learner, DriftReaction reaction) =>
        new Fleet(Alarmed(learner, reaction));

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

    private sealed class Fleet(ForecastPlan plan) : FleetUnderTest
    {
        private readonly ForecastFleet _fleet = (ForecastFleet)plan.CreateFleet(plan.MaxKeys);

        internal override int Keys => _fleet.Keys;

        internal override int PredictionWidth => _fleet.PredictionWidth;

        internal override void Process(ExampleBatch examples, int from, PredictionBatch predictions) =>
            _fleet.Process(examples, from, predictions);

        internal override byte[] SaveKey(string key) => StoredFleet.SaveKey(_fleet, key);

        internal override void LoadKey(string key, byte[] state) => _fleet.LoadKey(Encoding.UTF8.GetBytes(key), state);

        protected override IReadOnlyList<byte[]> TakeChanges() => _fleet.TakeChanges();

        protected override bool Contains(byte[] key) => _fleet.Contains(key);
    }
}

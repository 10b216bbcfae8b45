using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Forecasting;

/// <summary>A fleet that is fed whole series, a value a step of one second; a step without a value is missing.</summary>
internal sealed class SeriesRun
{
    internal const long StepMilliseconds = 1000;

    private readonly ForecastFleet _fleet;
    private readonly Dictionary<string, int> _steps = [];

    internal SeriesRun(ForecastTask task, params LearnerChoice[] learners)
    {
        Plan = new ForecastPlan(task with { StepMilliseconds = StepMilliseconds }, learners, seed: 1, maxKeys: 1000);
        _fleet = (ForecastFleet)Plan.CreateFleet(Plan.MaxKeys);
    }

    internal ForecastPlan Plan { get; }

    internal static LearnerChoice Learner(string kind, params (string Name, string Text)[] settings) =>
        new(
            LearnerCatalog.Find("forecast", kind)!,
            new OptionSet("learner", settings.ToDictionary(setting => setting.Name, setting => setting.Text)));

    /// <summary>Feeds a key its next steps; for each the prediction {value, lo, hi, …}, or null where the step is missing.</summary>
    internal double[]?[] Feed(string key, IReadOnlyList<double?> values, Func<int, double[]>? features = null)
    {
        var predictions = new double[]?[values.Count];
        var start = _steps.GetValueOrDefault(key);
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is { } value)
            {
                double[] numbers = [value, .. features?.Invoke(start + i) ?? []];
                var batch = new Feed(numbers.Length).Add(key, (start + i) * StepMilliseconds, numbers).Batch();
                var answer = PredictionBatch.Allocate(1, _fleet.PredictionWidth);
                _fleet.Process(batch, 0, answer);
                Assert.Equal(ExampleStatus.Predicted, answer.Statuses[0]);
                predictions[i] = answer.Values;
            }
        }

        _steps[key] = start + values.Count;
        return predictions;
    }

    internal double[]?[] Feed(string key, IEnumerable<double> values, Func<int, double[]>? features = null) =>
        Feed(key, [.. values.Select(value => (double?)value)], features);

    internal ForecastFleet Fleet => _fleet;

    internal IReadOnlyList<ForecastKeyReport> Report() => _fleet.Report();

    internal ForecastSummary Summary() => new(Plan, _fleet.Report());
}

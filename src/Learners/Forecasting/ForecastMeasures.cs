using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Scoring;

namespace StreamLearn.Learners.Forecasting;

/// <summary>How the learners of some keys of a forecast pipeline stand.</summary>
/// <remarks>Errors are divided by the key's causal scale and averaged for each key, then over keys, as <see cref="LearnerScores"/> says. Three pasts: all, the
/// last <see cref="ScoringOptions.Window"/> targets of each key, and fading by <see cref="ScoringOptions.Fading"/> with each target. Source: J. Gama,
/// R. Sebastião, P. P. Rodrigues, On evaluating stream learning algorithms, Machine Learning 90 (2013).</remarks>
public sealed class ForecastMeasures : TaskMeasures
{
    private const int Views = ForecastKeyReport.Views;

    private static readonly (ScoreView View, string Suffix, string Past)[] Pasts =
    [
        (ScoreView.SinceStart, "", "since the start"),
        (ScoreView.Windowed, "_windowed", "over the last task.scoring.window targets of each key"),
        (ScoreView.Fading, "_fading", "each target weighing task.scoring.fading of the one after it"),
    ];

    private static readonly Measure[] MaeByHorizon = ByView("mae", MeasureScope.Horizon, "mean absolute error in units of the key's scale, mean over keys,");
    private static readonly Measure[] RmseByHorizon = ByView(
        "rmse", MeasureScope.Horizon, "root of the mean squared error in units of the key's scale, mean over keys,");
    private static readonly Measure[] SkillByHorizon = ByView("skill", MeasureScope.Horizon, "1 - MAE / MAE of the last value,");
    private static readonly Measure[] Mae = ByView(
        "mae", MeasureScope.Learner, "mean absolute error in units of the key's scale, mean over keys and horizons,");
    private static readonly Measure[] Rmse = ByView(
        "rmse", MeasureScope.Learner, "root of the mean squared error in units of the key's scale, mean over keys and horizons,");
    private static readonly Measure[] Smape = ByView(
        "smape", MeasureScope.Learner, "symmetric mean absolute percentage error, 0 to 2, mean over keys and horizons,");
    private static readonly Measure[] Skill = ByView("skill", MeasureScope.Learner, "1 - MAE / MAE of the last value, mean over horizons,");

    private static readonly Measure Targets = Measure.Count("targets", "{target}", MeasureScope.Horizon, "forecasts that have been scored");

    private static readonly Measure Covered = Measure.Count(
        "covered", "{target}", MeasureScope.Horizon, "scored targets that lay within the interval; of the pipeline's own learner");

    private static readonly Measure Coverage = new("coverage", "1", MeasureScope.Horizon, "covered / targets");

    private static readonly Measure DriftAlarms = Measure.Count("drift_alarms", "{alarm}", MeasureScope.Pipeline, "alarms of the keys' drift detectors");
    private static readonly Measure AlertsRaised = Measure.Count("alerts_raised", "{alert}", MeasureScope.Pipeline, "how often an alert was raised");
    private static readonly Measure AlertsRight = Measure.Count(
        "alerts_right", "{step}", MeasureScope.Pipeline, "steps with an alert after which the value came above the threshold");
    private static readonly Measure AlertsWrong = Measure.Count("alerts_wrong", "{step}", MeasureScope.Pipeline, "steps with an alert after which it did not");
    private static readonly Measure AlertsMissed = Measure.Count("alerts_missed", "{step}", MeasureScope.Pipeline, "steps without an alert after which it did");
    private static readonly Measure Dropped = Measure.Count("dropped", "{record}", MeasureScope.Pipeline, "late records that were passed over");
    private static readonly Measure NoRate = Measure.Count(
        "no_rate", "{record}", MeasureScope.Pipeline, "readings of counters without a rate: the first, and those after a reset");

    private static readonly Measure Value = new("value", "1", MeasureScope.Pipeline, "the value of the last record, in the series' unit") { OfOneKey = true };

    private static readonly Measure Forecast = new(
        "forecast", "1", MeasureScope.Horizon, "what the own learner has forecast from the last record, in the series' unit") { OfOneKey = true };

    private static readonly Measure Low = new("low", "1", MeasureScope.Horizon, "lower end of its interval") { OfOneKey = true };
    private static readonly Measure High = new("high", "1", MeasureScope.Horizon, "upper end of its interval") { OfOneKey = true };

    private readonly int _learners;
    private readonly int _horizons;

    // By learner, the last-value baseline after them, then by horizon, then by view.
    private readonly MeanErrors[] _errors;
    private readonly double[] _targets;
    private readonly long[] _covered;

    // Of the key that was added last: of use where it is the only one.
    private readonly double[] _forecasts;
    private readonly double[] _halfWidths;
    private double _value = double.NaN;

    private long _driftAlarms;
    private long _alertsRaised;
    private long _dropped;
    private long _noRate;
    private AlertCounts _alerts;

    /// <param name="plan">Whose learners.</param>
    internal ForecastMeasures(ForecastPlan plan)
        : base(plan.Learners.Count)
    {
        _learners = plan.Learners.Count;
        _horizons = plan.Task.Horizons.Count;
        _errors = new MeanErrors[(_learners + 1) * _horizons * Views];
        _targets = new double[_learners * _horizons];
        _covered = new long[_horizons];
        _forecasts = new double[_horizons];
        _halfWidths = new double[_horizons];
    }

    /// <summary>What there is.</summary>
    internal static IReadOnlyList<Measure> All { get; } =
    [
        .. Common, DriftAlarms, AlertsRaised, AlertsRight, AlertsWrong, AlertsMissed, Dropped, NoRate, Value,
        .. Mae, .. Rmse, .. Smape, .. Skill,
        Targets, Covered, Coverage, .. MaeByHorizon, .. RmseByHorizon, .. SkillByHorizon, Forecast, Low, High,
    ];

    /// <summary>Adds what the series of one key has beside what all tasks have.</summary>
    internal void AddSeries(double value, ReadOnlySpan<double> forecasts, long driftAlarms, long dropped, long noRate, long alertsRaised, AlertCounts alerts)
    {
        _value = value;
        forecasts.CopyTo(_forecasts);
        _driftAlarms += driftAlarms;
        _dropped += dropped;
        _noRate += noRate;
        _alertsRaised += alertsRaised;
        _alerts += alerts;
    }

    /// <summary>Adds the errors of one key; the learner after the last one is the last-value baseline.</summary>
    internal void AddErrors(int learner, int horizon, ErrorStatistics errors)
    {
        var at = ((learner * _horizons) + horizon) * Views;
        _errors[at + (int)ScoreView.SinceStart].Add(errors.Total);
        _errors[at + (int)ScoreView.Windowed].Add(errors.Windowed);
        _errors[at + (int)ScoreView.Fading].Add(errors.Fading);
        if (learner < _learners)
        {
            _targets[(learner * _horizons) + horizon] += errors.Total.Weight;
        }
    }

    /// <summary>Adds the intervals of one key.</summary>
    internal void AddInterval(int horizon, IntervalTracker interval)
    {
        _covered[horizon] += interval.Covered;
        _halfWidths[horizon] = interval.HalfWidth;
    }

    private protected override void AddTask(TaskMeasures other)
    {
        var added = (ForecastMeasures)other;
        for (var i = 0; i < _errors.Length; i++)
        {
            _errors[i].Add(added._errors[i]);
        }

        for (var i = 0; i < _targets.Length; i++)
        {
            _targets[i] += added._targets[i];
        }

        for (var h = 0; h < _horizons; h++)
        {
            _covered[h] += added._covered[h];
        }

        _driftAlarms += added._driftAlarms;
        _alertsRaised += added._alertsRaised;
        _dropped += added._dropped;
        _noRate += added._noRate;
        _alerts += added._alerts;
    }

    private protected override IEnumerable<MeasuredValue> TaskValues()
    {
        yield return new MeasuredValue(DriftAlarms, 0, 0, _driftAlarms);
        yield return new MeasuredValue(AlertsRaised, 0, 0, _alertsRaised);
        yield return new MeasuredValue(AlertsRight, 0, 0, _alerts.TruePositives);
        yield return new MeasuredValue(AlertsWrong, 0, 0, _alerts.FalsePositives);
        yield return new MeasuredValue(AlertsMissed, 0, 0, _alerts.Misses);
        yield return new MeasuredValue(Dropped, 0, 0, _dropped);
        yield return new MeasuredValue(NoRate, 0, 0, _noRate);
        foreach (var (view, _, _) in Pasts)
        {
            for (var learner = 0; learner < _learners; learner++)
            {
                yield return new MeasuredValue(Mae[(int)view], learner, 0, MeanOverHorizons(learner, view, errors => errors.Mae));
                yield return new MeasuredValue(Rmse[(int)view], learner, 0, MeanOverHorizons(learner, view, errors => errors.Rmse));
                yield return new MeasuredValue(Smape[(int)view], learner, 0, MeanOverHorizons(learner, view, errors => errors.Smape));
                yield return new MeasuredValue(Skill[(int)view], learner, 0, Enumerable.Range(0, _horizons).Average(h => SkillOf(learner, h, view)));
                for (var h = 0; h < _horizons; h++)
                {
                    yield return new MeasuredValue(MaeByHorizon[(int)view], learner, h, Errors(learner, h, view).Mae);
                    yield return new MeasuredValue(RmseByHorizon[(int)view], learner, h, Errors(learner, h, view).Rmse);
                    yield return new MeasuredValue(SkillByHorizon[(int)view], learner, h, SkillOf(learner, h, view));
                }
            }
        }

        for (var at = 0; at < _targets.Length; at++)
        {
            yield return new MeasuredValue(Targets, at / _horizons, at % _horizons, _targets[at]);
        }

        for (var h = 0; h < _horizons; h++)
        {
            yield return new MeasuredValue(Covered, 0, h, _covered[h]);
            yield return new MeasuredValue(Coverage, 0, h, _covered[h] / _targets[h]);
        }

        foreach (var value in Keys == 1 && Records > 0 ? OfTheKey() : [])
        {
            yield return value;
        }
    }

    private static Measure[] ByView(string name, MeasureScope scope, string meaning) =>
        [.. Pasts.Select(past => new Measure(name + past.Suffix, "1", scope, $"{meaning} {past.Past}"))];

    private IEnumerable<MeasuredValue> OfTheKey()
    {
        yield return new MeasuredValue(Value, 0, 0, _value);
        for (var h = 0; h < _horizons; h++)
        {
            yield return new MeasuredValue(Forecast, 0, h, _forecasts[h]);
            yield return new MeasuredValue(Low, 0, h, _forecasts[h] - _halfWidths[h]);
            yield return new MeasuredValue(High, 0, h, _forecasts[h] + _halfWidths[h]);
        }
    }

    private MeanErrors Errors(int learner, int horizon, ScoreView view) => _errors[(((learner * _horizons) + horizon) * Views) + (int)view];

    private double MeanOverHorizons(int learner, ScoreView view, Func<MeanErrors, double> score) =>
        Enumerable.Range(0, _horizons).Average(h => score(Errors(learner, h, view)));

    private double SkillOf(int learner, int horizon, ScoreView view)
    {
        var own = Errors(learner, horizon, view);
        return own.Keys == 0 ? double.NaN : MeanErrors.Skill(own.Mae, Errors(_learners, horizon, view).Mae);
    }
}

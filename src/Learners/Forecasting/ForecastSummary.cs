using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Scoring;

namespace StreamLearn.Learners.Forecasting;

/// <summary>How a forecast pipeline stands.</summary>
public sealed class ForecastSummary : TaskSummary
{
    private readonly ForecastTask _task;
    private readonly int _learners;

    public ForecastSummary(ForecastPlan plan, IEnumerable<KeyReport> keys)
        : base(keys)
    {
        _task = plan.Task;
        _learners = plan.Learners.Count;
        Keys = [.. Reports.Cast<ForecastKeyReport>()];
    }

    /// <summary>The keys' reports, in the order of the keys' bytes.</summary>
    public IReadOnlyList<ForecastKeyReport> Keys { get; }

    /// <summary>The scores of a learner (by its place) over a past, or null while there is a horizon at which nothing has been
    /// scored.</summary>
    public LearnerScores? Scores(int learner, ScoreView view)
    {
        var horizons = _task.Horizons.Count;
        double mae = 0, rmse = 0, smape = 0;
        var skills = new double[horizons];
        for (var h = 0; h < horizons; h++)
        {
            if (MeanOverKeys(learner, h, view) is not { } own || MeanOverKeys(_learners, h, view) is not { } baseline)
            {
                return null;
            }

            mae += own.Mae;
            rmse += own.Rmse;
            smape += own.Smape;
            skills[h] = MeanErrors.Skill(own.Mae, baseline.Mae);
        }

        return new LearnerScores(mae / horizons, rmse / horizons, smape / horizons, skills);
    }

    /// <summary>
    /// Skill of the pipeline's own learner on one key over a past, mean over the horizons; NaN while there is a horizon at which
    /// nothing has been scored, or where last-value makes no error but the learner does.
    /// </summary>
    public double SkillOf(ForecastKeyReport key, ScoreView view)
    {
        var skill = 0.0;
        for (var h = 0; h < _task.Horizons.Count; h++)
        {
            var own = key.ErrorsOf(0, h, view);
            skill += own.Weight > 0 ? MeanErrors.Skill(own.Absolute, key.ErrorsOf(_learners, h, view).Absolute) : double.NaN;
        }

        return skill / _task.Horizons.Count;
    }

    /// <summary>Share of scored targets that lay in the own learner's interval, for each horizon; NaN where nothing has been
    /// scored.</summary>
    public IReadOnlyList<double> CoverageByHorizon() =>
        [.. Enumerable.Range(0, _task.Horizons.Count).Select(h =>
            Keys.Sum(key => (double)key.Covered[h]) / Keys.Sum(key => key.ErrorsOf(0, h, ScoreView.SinceStart).Weight))];

    /// <summary>Observations of all keys whose time was not after the last one's.</summary>
    public long ClampedElapsed => Keys.Sum(key => key.ClampedElapsed);

    /// <summary>Alarms of all keys' drift detectors.</summary>
    public long DriftAlarms => Keys.Sum(key => key.DriftAlarms);

    /// <summary>How often an alert was raised.</summary>
    public long AlertsRaised => Keys.Sum(key => key.AlertsRaised);

    /// <summary>How the alerts of all keys were right and wrong, by steps.</summary>
    public AlertCounts Alerts => Keys.Aggregate(default(AlertCounts), (sum, key) => sum + key.Alerts);

    private (double Mae, double Rmse, double Smape)? MeanOverKeys(int learner, int horizon, ScoreView view)
    {
        double mae = 0, rmse = 0, smape = 0;
        var keys = 0;
        foreach (var key in Keys)
        {
            var sums = key.ErrorsOf(learner, horizon, view);
            if (sums.Weight > 0)
            {
                mae += sums.Absolute / sums.Weight;
                rmse += Math.Sqrt(sums.Squared / sums.Weight);
                smape += sums.Symmetric / sums.Weight;
                keys++;
            }
        }

        return keys == 0 ? null : (mae / keys, rmse / keys, smape / keys);
    }
}

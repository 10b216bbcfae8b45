using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Supervised.Scores;

namespace StreamLearn.Learners.Supervised;

/// <summary>How a pipeline of the task <c>classify</c> or <c>regress</c> stands.</summary>
public sealed class SupervisedSummary : TaskSummary
{
    private readonly SupervisedPlan _plan;

    public SupervisedSummary(SupervisedPlan plan, IEnumerable<KeyReport> keys)
        : base(keys)
    {
        _plan = plan;
        Keys = [.. Reports.Cast<SupervisedKeyReport>()];
    }

    /// <summary>The keys' reports, in the order of the keys' bytes.</summary>
    public IReadOnlyList<SupervisedKeyReport> Keys { get; }

    /// <summary>Records that were predicted.</summary>
    public long Predicted => Keys.Sum(key => key.Predicted);

    /// <summary>Labels that came together with their features.</summary>
    public long Learned => Keys.Sum(key => key.Learned);

    /// <summary>Features that wait for their label.</summary>
    public long Waiting => Keys.Sum(key => key.Waiting);

    /// <summary>What has become of features and labels that came apart.</summary>
    public JoinCounts Join => Keys.Aggregate(default(JoinCounts), (sum, key) => sum + key.Join);

    /// <summary>Labels that were scored.</summary>
    public double Scored => _plan.Task.IsClassification
        ? SumsOf(0, ScoreView.SinceStart).Weight
        : Keys.Sum(key => key.ErrorSums[(int)ScoreView.SinceStart].Weight);

    /// <summary>The scores of a classifier (by its place) over a past: each label of any key counts alike; what chance would reach is taken of each key by
    /// itself. Only of the task <c>classify</c>.</summary>
    public ClassScores ClassScoresOf(int learner, ScoreView view) => SumsOf(learner, view).Scores();

    /// <summary>The scores of a regressor (by its place) over a past. Only of the task <c>regress</c>.</summary>
    public TargetScores TargetScoresOf(int learner, ScoreView view)
    {
        var own = ErrorsOf(learner, view);
        return new TargetScores(own.Mae, own.Rmse, own.Smape, MeanErrors.Skill(own.Mae, ErrorsOf(_plan.Learners.Count, view).Mae));
    }

    /// <summary>What a classifier's predictions have come to over a past.</summary>
    public ClassSums SumsOf(int learner, ScoreView view) =>
        Keys.Aggregate(ClassSums.None, (sum, key) => sum + key.ClassSums[(learner * SupervisedKeyReport.Views) + (int)view]);

    private MeanErrors ErrorsOf(int learner, ScoreView view)
    {
        var errors = default(MeanErrors);
        foreach (var key in Keys)
        {
            errors.Add(key.ErrorSums[(learner * SupervisedKeyReport.Views) + (int)view]);
        }

        return errors;
    }
}

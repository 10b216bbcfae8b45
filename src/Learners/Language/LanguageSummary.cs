using MessagePack;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Learners.Language;

/// <summary>How a language pipeline stands.</summary>
public sealed class LanguageSummary : TaskSummary
{
    private readonly LanguagePlan _plan;

    public LanguageSummary(LanguagePlan plan, IEnumerable<KeyReport> keys)
        : base(keys)
    {
        _plan = plan;
        Keys = [.. Reports.Cast<LanguageKeyReport>()];
    }

    /// <summary>The keys' reports, in the order of the keys' bytes.</summary>
    public IReadOnlyList<LanguageKeyReport> Keys { get; }

    /// <summary>Texts that the own learner has learned from.</summary>
    public long Learned => Keys.Sum(key => key.Learned);

    /// <summary>How the own learner has been trained.</summary>
    public SequenceTraining Training => Keys.Aggregate(default(SequenceTraining), (sum, key) => sum + key.Training);

    /// <summary>How a learner (by its place) finds the texts: over all keys, in the order of their bytes.</summary>
    public LearnerLanguageScore ScoreOf(int learner)
    {
        var totals = new LanguageTotals();
        foreach (var key in Keys)
        {
            var scores = new LanguageScores(_plan.Task.Scoring);
            var reader = new MessagePackReader(key.Scores[learner]);
            scores.Load(ref reader);
            totals.Add(key.Domains, scores);
        }

        return totals.Score();
    }
}

using MessagePack;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Scores;

/// <summary>The scores of the classifiers of one key.</summary>
internal sealed class ClassScoring : OutcomeScoring
{
    private readonly ClassStatistics[] _learners;

    internal ClassScoring(ScoringOptions options, int learners)
    {
        _learners = new ClassStatistics[learners];
        for (var i = 0; i < learners; i++)
        {
            _learners[i] = new ClassStatistics(options);
        }
    }

    internal override double FadingSkill => Of(0, ScoreView.Fading).Scores().Kappa;

    internal ClassSums Of(int learner, ScoreView view) => _learners[learner].Of(view);

    internal override double FadingError(int learner)
    {
        var sums = Of(Math.Min(learner, _learners.Length - 1), ScoreView.Fading);
        return 1 - ((learner == _learners.Length ? sums.LastCorrect : sums.Correct) / sums.Weight);
    }

    internal override void Score(ReadOnlySpan<double> opinions, int width, double last, double target)
    {
        for (var i = 0; i < _learners.Length; i++)
        {
            _learners[i].Add(ScoredClass.Of(opinions.Slice(i * width, width), (int)target, (int)last));
        }
    }

    internal override void Grow(int classes)
    {
        foreach (var learner in _learners)
        {
            learner.Grow(classes);
        }
    }

    internal override void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(_learners.Length);
        foreach (var learner in _learners)
        {
            learner.Save(ref writer);
        }
    }

    internal override void Load(ref MessagePackReader reader, int classes)
    {
        reader.ReadLength(_learners.Length);
        foreach (var learner in _learners)
        {
            learner.Load(ref reader, classes);
        }
    }
}

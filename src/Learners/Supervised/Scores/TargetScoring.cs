using MessagePack;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Scores;

/// <summary>The scores of the regressors of one key, and of the last target beside them. Errors are divided by the largest absolute target so far.</summary>
internal sealed class TargetScoring : OutcomeScoring
{
    private readonly ScoringOptions _options;

    // The last target's at the end.
    private readonly ErrorStatistics[] _errors;
    private double _scale;
    private long _targets;

    internal TargetScoring(ScoringOptions options, int learners)
    {
        _options = options;
        _errors = new ErrorStatistics[learners + 1];
        for (var i = 0; i < _errors.Length; i++)
        {
            _errors[i] = new ErrorStatistics(options);
        }
    }

    internal override double FadingSkill => MeanErrors.Skill(_errors[0].Fading.Absolute, _errors[^1].Fading.Absolute);

    /// <summary>Errors of a learner; of the one after the last the last target's.</summary>
    internal ErrorSums Of(int learner, ScoreView view) => view switch
    {
        ScoreView.SinceStart => _errors[learner].Total,
        ScoreView.Windowed => _errors[learner].Windowed,
        _ => _errors[learner].Fading,
    };

    internal override double FadingError(int learner) => _errors[learner].Fading is { Weight: > 0 } sums ? sums.Absolute / sums.Weight : double.NaN;

    internal override void Score(ReadOnlySpan<double> opinions, int width, double last, double target)
    {
        Pass(target);
        for (var i = 0; i < _errors.Length; i++)
        {
            _errors[i].Add(target, i == _errors.Length - 1 ? last : opinions[i * width], _scale);
        }
    }

    internal override void Pass(double target)
    {
        if (_targets++ < _options.ScaleUntil)
        {
            _scale = Math.Max(_scale, Math.Abs(target));
        }
    }

    internal override void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2 + _errors.Length);
        writer.Write(_scale);
        writer.Write(_targets);
        foreach (var errors in _errors)
        {
            errors.Save(ref writer);
        }
    }

    internal override void Load(ref MessagePackReader reader, int classes)
    {
        reader.ReadLength(2 + _errors.Length);
        _scale = reader.ReadFinite();
        _targets = reader.ReadInt64();
        StateFormat.Require(_scale >= 0 && _targets >= 0, "a scale, or a number of targets, is negative");
        foreach (var errors in _errors)
        {
            errors.Load(ref reader);
        }
    }
}

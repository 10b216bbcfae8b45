using MessagePack;

namespace StreamLearn.Learners.Supervised.Scores;

/// <summary>The scores of the learners of one key, of classes or of numbers.</summary>
internal abstract class OutcomeScoring
{
    /// <summary>Fading error of a learner (by its place); the one after the last is the baseline that says what was right last. NaN where nothing has been
    /// scored.</summary>
    internal abstract double FadingError(int learner);

    /// <summary>What a standing shows of the own learner besides: kappa, or skill; fading.</summary>
    internal abstract double FadingSkill { get; }

    /// <summary>Scores what learners have said.</summary>
    /// <param name="opinions">[learners, width].</param>
    /// <param name="width">Classes that were known, or 1.</param>
    /// <param name="last">What had been right last.</param>
    /// <param name="target">What is right: a class, -1: none of the known ones; or the number.</param>
    internal abstract void Score(ReadOnlySpan<double> opinions, int width, double last, double target);

    /// <summary>A target that is not scored: scales are taken from all.</summary>
    internal virtual void Pass(double target)
    {
    }

    /// <summary>Makes room for classes.</summary>
    internal virtual void Grow(int classes)
    {
    }

    internal abstract void Save(ref MessagePackWriter writer);

    /// <param name="reader">Where <see cref="Save"/> has written to.</param>
    /// <param name="classes">Classes that were known.</param>
    internal abstract void Load(ref MessagePackReader reader, int classes);
}

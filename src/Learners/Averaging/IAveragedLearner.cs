using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Averaging;

/// <summary>A learner whose model is one flat vector of parameters, of which replicas can be averaged.</summary>
/// <remarks>Two learners of the same settings and seed start with the same bits. What a learner keeps besides (step sizes, replayed records, means of
/// features) is each replica's own.</remarks>
public interface IAveragedLearner
{
    /// <summary>What lies where in the vector.</summary>
    ParameterLayout Layout { get; }

    /// <summary>The vector as it is now, finite; none is larger than <see cref="ParameterMove.Largest"/>.</summary>
    ReadOnlySpan<float> Parameters { get; }

    /// <summary>What the replicas have in common has moved: the parameters from <paramref name="offset"/> on, and every copy of them that the learner
    /// keeps, move as <see cref="ParameterMove.Apply"/> says, and what it remembers of them is taken anew.</summary>
    /// <param name="offset">Where the stretch starts in the vector.</param>
    /// <param name="before">Where it was.</param>
    /// <param name="after">Where it is now, as many numbers.</param>
    void Move(int offset, ReadOnlySpan<float> before, ReadOnlySpan<float> after);
}

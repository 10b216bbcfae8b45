namespace StreamLearn.Learners.Optimizers;

/// <summary>Which optimiser, and its settings. Immutable; each optimiser has its own record beside it.</summary>
public abstract record OptimizerOptions
{
    /// <summary>The optimiser's name in configuration and stored state, e.g. <c>adam</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Step size at the start, above 0.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>Makes the optimiser for a vector of <paramref name="count"/> parameters in the process's memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting has a value that cannot be used.</exception>
    /// <exception cref="NotSupportedException">There is this optimiser on the Torch backend only.</exception>
    public abstract IOptimizer Create(int count);
}

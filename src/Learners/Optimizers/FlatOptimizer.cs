using MessagePack;

namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// What all optimisers in the process's memory have in common: checks, counting, stored state. A step itself is the subclass's.
/// </summary>
internal abstract class FlatOptimizer : IOptimizer
{
    private protected FlatOptimizer(OptimizerOptions options, int count)
    {
        Options = options;
        State = new OptimizerState(options, count);
    }

    /// <inheritdoc/>
    public OptimizerOptions Options { get; }

    /// <inheritdoc/>
    public double LearningRate
    {
        get => State.LearningRate;
        set => State.LearningRate = value;
    }

    /// <inheritdoc/>
    public long Steps => State.Steps;

    /// <summary>Whether a step leaves every parameter outside of the gradient's support as it is, and does not visit it.</summary>
    internal virtual bool MovesSupportOnly => false;

    /// <summary>What it gathers of each parameter, themselves.</summary>
    internal float[][] Vectors => State.Vectors;

    private protected OptimizerState State { get; }

    /// <inheritdoc/>
    public void Update(Span<float> parameters, in FlatGradient gradient)
    {
        if (parameters.Length != State.Count)
        {
            throw new ArgumentException($"There are {parameters.Length} parameters; expected {State.Count}.", nameof(parameters));
        }

        if (gradient.Values.Length != State.Count)
        {
            throw new ArgumentException($"The gradient has {gradient.Values.Length} numbers; expected {State.Count}.", nameof(gradient));
        }

        Step(parameters, gradient, State.Steps + 1);
        State.Steps++;
    }

    /// <inheritdoc/>
    public void Reset() => State.Reset();

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer) => State.Save(ref writer);

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader) => State.Load(ref reader);

    /// <summary>The step numbered <paramref name="step"/>, from 1 on. Lengths are right.</summary>
    private protected abstract void Step(Span<float> parameters, in FlatGradient gradient, long step);
}

using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;

namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// Turns gradients into steps of a flat parameter vector in the process's memory: refuses what is not finite, clips, lets the optimiser
/// step, and projects. Single-threaded, deterministic, and without allocation after construction.
/// </summary>
/// <remarks>
/// <code>
/// var updater = new ParameterUpdater(new UpdateOptions { Optimizer = new AdamOptions(), MaxGradientNorm = 10 }, layout, parameters);
/// if (!updater.Apply(parameters, gradient, support).Applied)
///     refused++;
/// </code>
/// </remarks>
public sealed class ParameterUpdater
{
    private readonly UpdateOptions _options;
    private readonly ParameterLayout _layout;
    private readonly float[]? _initial;
    private readonly bool _movesSupportOnly;

    /// <param name="options">Optimiser and bounds.</param>
    /// <param name="layout">What the parameters are.</param>
    /// <param name="initialParameters">
    /// [<see cref="ParameterLayout.Count"/>], finite: what a projection stays near. Copied if there is one.
    /// </param>
    /// <exception cref="ArgumentException">Another number of parameters than the layout has, or one that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting has a value that cannot be used.</exception>
    /// <exception cref="NotSupportedException">There is this optimiser on the Torch backend only.</exception>
    public ParameterUpdater(UpdateOptions options, ParameterLayout layout, ReadOnlySpan<float> initialParameters)
    {
        _options = options.Checked();
        _layout = layout;
        _initial = UpdaterState.KeepInitial(options, layout.Count, initialParameters);
        Optimizer = options.Optimizer.Create(layout.Count);
        _movesSupportOnly = Optimizer is FlatOptimizer { MovesSupportOnly: true };
    }

    /// <summary>The optimiser.</summary>
    public IOptimizer Optimizer { get; }

    /// <summary>
    /// Takes one step down a gradient, or refuses it as <see cref="StepRefusal.NonFiniteGradient"/> and changes nothing. Refused are
    /// gradients with a number that is NaN or infinite, and those of a norm above 1.8e19, whose square is no single-precision number.
    /// </summary>
    /// <param name="parameters">[count], changed in place. With a projection, they have been within the radius before.</param>
    /// <param name="gradient">[count]; zero outside the support.</param>
    /// <param name="support">
    /// Ascending ranges that do not overlap. Optimisers with momentum or decay move parameters outside of it as well.
    /// </param>
    /// <exception cref="ArgumentException">Wrong lengths, or ranges that are out of order or bounds. Nothing has changed.</exception>
    public StepOutcome Apply(Span<float> parameters, ReadOnlySpan<float> gradient, ReadOnlySpan<ParameterRange> support)
    {
        if (parameters.Length != _layout.Count)
        {
            throw new ArgumentException($"There are {parameters.Length} parameters; expected {_layout.Count}.", nameof(parameters));
        }

        if (gradient.Length != _layout.Count)
        {
            throw new ArgumentException($"The gradient has {gradient.Length} numbers; expected {_layout.Count}.", nameof(gradient));
        }

        var norm = Math.Sqrt(FlatNorms.Squared(gradient, support));
        if (!double.IsFinite(norm))
        {
            return new StepOutcome(StepRefusal.NonFiniteGradient, norm);
        }

        var factor = _options.ClipFactor(norm);
        Optimizer.Update(parameters, new FlatGradient(gradient, support, (float)factor, norm * factor));
        if (_initial is not null)
        {
            Project(parameters, support);
        }

        return new StepOutcome(StepRefusal.None, norm);
    }

    /// <summary>Whether the optimiser can take a step down a gradient that is kept as factors.</summary>
    internal bool TakesRows => Optimizer is SgdOptimizer { MovesSupportOnly: true };

    /// <summary>The same step for a gradient that is kept as factors: the same bits but for the norm's rounding.</summary>
    /// <param name="parameters">[count].</param>
    /// <param name="pointer">Where they lie.</param>
    /// <param name="gradient">The factors.</param>
    /// <param name="support">Ranges outside of which the gradient is zero.</param>
    internal unsafe StepOutcome Apply(Span<float> parameters, float* pointer, RowGradient gradient, ReadOnlySpan<ParameterRange> support)
    {
        var norm = Math.Sqrt(gradient.SquaredNorm());
        if (!double.IsFinite(norm))
        {
            return new StepOutcome(StepRefusal.NonFiniteGradient, norm);
        }

        ((SgdOptimizer)Optimizer).Update(pointer, gradient, (float)_options.ClipFactor(norm));
        if (_initial is not null)
        {
            Project(parameters, support);
        }

        return new StepOutcome(StepRefusal.None, norm);
    }

    /// <summary>Lets the optimiser forget all that it has gathered. What a projection stays near remains.</summary>
    public void Reset() => Optimizer.Reset();

    /// <summary>Writes the whole state, versioned: initial parameters where there is a projection, and the optimiser.</summary>
    public void Save(ref MessagePackWriter writer)
    {
        UpdaterState.WriteStart(ref writer, _initial);
        Optimizer.Save(ref writer);
    }

    /// <summary>Takes over a state that was saved with the same options, on whichever backend, as a whole or not at all.</summary>
    /// <exception cref="State.StateFormatException">It is of another optimiser, version or size, or damaged.</exception>
    public void Load(ref MessagePackReader reader)
    {
        var initial = UpdaterState.ReadStart(ref reader, _options.Projects, _layout.Count);
        Optimizer.Load(ref reader);
        initial?.CopyTo(_initial!, 0);
    }

    private void Project(Span<float> parameters, ReadOnlySpan<ParameterRange> support)
    {
        if (!_options.ProjectEachBlock)
        {
            FlatNorms.Project(parameters, _initial, _options.ProjectionRadius);
            return;
        }

        var next = 0;
        foreach (var block in _layout.Blocks)
        {
            if (_movesSupportOnly)
            {
                // What no step has moved is where it was.
                while (next < support.Length && support[next].End <= block.Offset)
                {
                    next++;
                }

                if (next == support.Length)
                {
                    return;
                }

                if (support[next].Offset >= block.Range.End)
                {
                    continue;
                }
            }

            FlatNorms.Project(block.In(parameters), block.In(_initial), _options.ProjectionRadius);
        }
    }
}

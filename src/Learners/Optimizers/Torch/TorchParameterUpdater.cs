using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary>
/// Turns gradients into steps of a flat parameter vector on a Torch device: the twin of <see cref="ParameterUpdater"/>. It reads one number
/// back from the device in each step, the gradient's norm.
/// </summary>
public sealed class TorchParameterUpdater : IDisposable
{
    // Above it, a square does not fit into single precision.
    private static readonly double _longest = Math.Sqrt(float.MaxValue);

    private readonly UpdateOptions _options;
    private readonly ParameterLayout _layout;
    private readonly Device _device;
    private readonly Tensor? _initial;

    /// <param name="options">Optimiser and bounds.</param>
    /// <param name="layout">What the parameters are.</param>
    /// <param name="initialParameters">
    /// [<see cref="ParameterLayout.Count"/>], finite: what a projection stays near. Copied if there is one.
    /// </param>
    /// <param name="device">Where the parameters are.</param>
    /// <exception cref="ArgumentException">Another number of parameters than the layout has, or one that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting has a value that cannot be used.</exception>
    public TorchParameterUpdater(UpdateOptions options, ParameterLayout layout, ReadOnlySpan<float> initialParameters, Device device)
    {
        _options = options.Checked();
        _layout = layout;
        _device = device;
        var initial = UpdaterState.KeepInitial(options, layout.Count, initialParameters);
        Optimizer = TorchOptimizers.Create(options.Optimizer, layout.Count, device);
        _initial = initial is null ? null : tensor(initial, device: device).DetachFromDisposeScope();
    }

    /// <summary>The optimiser, which is disposed of with the updater.</summary>
    public ITorchOptimizer Optimizer { get; }

    /// <summary>
    /// Takes one step down a gradient, or refuses it as <see cref="StepRefusal.NonFiniteGradient"/> and changes nothing: see
    /// <see cref="ParameterUpdater.Apply"/>. A curvature is refused on the same grounds, and is not clipped.
    /// </summary>
    /// <param name="parameters">[count] float32 on the device, changed in place.</param>
    /// <param name="gradient">[count] float32 on the device; only read.</param>
    /// <param name="curvature">
    /// [count] float32 on the device, for <see cref="TorchAdaHessian"/> only: |H z|. Null: the last one is used again.
    /// </param>
    /// <exception cref="ArgumentException">
    /// One of them has another shape, type or device, or there is a curvature for an optimiser that takes none. Nothing has changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The first step of <see cref="TorchAdaHessian"/> has no curvature. Nothing has changed.
    /// </exception>
    public StepOutcome Apply(Tensor parameters, Tensor gradient, Tensor? curvature = null)
    {
        parameters.Require(_layout.Count, _device, nameof(parameters));
        gradient.Require(_layout.Count, _device, nameof(gradient));
        curvature?.Require(_layout.Count, _device, nameof(curvature));
        var second = curvature is null
            ? null
            : Optimizer as TorchAdaHessian
                ?? throw new ArgumentException(
                    $"There is a curvature; expected none: the optimiser '{_options.Optimizer.Kind}' takes none.", nameof(curvature));

        using var untracked = no_grad();
        using var scope = NewDisposeScope();
        var (norm, curvatureNorm) = Norms(gradient, curvature);
        if (!(norm <= _longest && curvatureNorm <= _longest))
        {
            return new StepOutcome(StepRefusal.NonFiniteGradient, norm > _longest ? double.PositiveInfinity : norm);
        }

        var factor = _options.ClipFactor(norm);
        var clipped = factor < 1 ? gradient.clone().Multiply(factor) : gradient;
        var before = parameters.clone();
        if (second is null)
        {
            Optimizer.Update(parameters, clipped);
        }
        else
        {
            second.Update(parameters, clipped, curvature!);
        }

        // A parameter that would not stay finite stays as it was.
        parameters.copy_(where(parameters.isfinite(), parameters, before));
        if (_initial is not null)
        {
            Project(parameters);
        }

        return new StepOutcome(StepRefusal.None, norm);
    }

    /// <summary>Lets the optimiser forget all that it has gathered. What a projection stays near remains.</summary>
    public void Reset() => Optimizer.Reset();

    /// <summary>Writes the whole state, as <see cref="ParameterUpdater.Save"/> does.</summary>
    public void Save(ref MessagePackWriter writer)
    {
        float[]? initial = null;
        if (_initial is not null)
        {
            initial = new float[_layout.Count];
            _initial.CopyTo(initial);
        }

        UpdaterState.WriteStart(ref writer, initial);
        Optimizer.Save(ref writer);
    }

    /// <summary>Takes over a state that was saved with the same options, on whichever backend, as a whole or not at all.</summary>
    /// <exception cref="State.StateFormatException">It is of another optimiser, version or size, or damaged.</exception>
    public void Load(ref MessagePackReader reader)
    {
        var initial = UpdaterState.ReadStart(ref reader, _options.Projects, _layout.Count);
        Optimizer.Load(ref reader);
        if (initial is not null)
        {
            using var scope = NewDisposeScope();
            _initial!.copy_(tensor(initial));
        }
    }

    /// <summary>Frees what it and the optimiser have on the device.</summary>
    public void Dispose()
    {
        Optimizer.Dispose();
        _initial?.Dispose();
    }

    /// <summary>Both in one transfer; 0 for no curvature.</summary>
    private static (double Gradient, double Curvature) Norms(Tensor gradient, Tensor? curvature)
    {
        var norm = gradient.norm();
        if (curvature is null)
        {
            return (norm.Read<float>(), 0);
        }

        var both = stack([norm, curvature.norm()]).cpu().data<float>();
        return (both[0], both[1]);
    }

    private void Project(Tensor parameters)
    {
        if (!_options.ProjectEachBlock)
        {
            parameters.Project(_initial!, _options.ProjectionRadius);
            return;
        }

        foreach (var block in _layout.Blocks)
        {
            var center = _initial!.narrow(0, block.Offset, block.Length);
            parameters.narrow(0, block.Offset, block.Length).Project(center, _options.ProjectionRadius);
        }
    }
}

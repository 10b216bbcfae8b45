using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary><see cref="AdaHessianOptions"/> on a Torch device.</summary>
/// <remarks>
/// The loss's owner differentiates twice:
/// <code>
/// if (optimizer.NeedsCurvature)
/// {
///     using Tensor probe = optimizer.DrawProbe();
///     Tensor product = autograd.grad([(gradient * probe).sum()], [parameters])[0];
///     optimizer.Update(parameters, gradient, product.abs());
/// }
/// else
/// {
///     optimizer.Update(parameters, gradient);
/// }
/// </code>
/// </remarks>
public sealed class TorchAdaHessian : TorchOptimizer
{
    private readonly AdaHessianOptions _options;
    private readonly Xoshiro256 _beforeProbe = new(0);
    private bool _fresh;

    internal TorchAdaHessian(AdaHessianOptions options, int count, Device device)
        : base(options.Checked(), count, device) => _options = options;

    /// <summary>Whether the next step is one that the curvature is to be probed for: the first, and every n-th after it.</summary>
    public bool NeedsCurvature => Steps % _options.ProbeEvery == 0;

    /// <summary>Random signs z, -1 or +1 with equal chance, from the generator in the state. To be disposed of by who asks.</summary>
    /// <returns>[count] float32 on the device.</returns>
    public Tensor DrawProbe()
    {
        _beforeProbe.CopyFrom(Generator!);
        var signs = new float[Count];
        for (var i = 0; i < signs.Length; i++)
        {
            signs[i] = Generator!.NextSign();
        }

        return OnDevice(signs);
    }

    /// <summary>Undoes the last draw: the step that it was for has been refused.</summary>
    internal void TakeProbeBack() => Generator!.CopyFrom(_beforeProbe);

    /// <summary>Takes one step with fresh curvature; <see cref="TorchOptimizer.Update"/> takes one with the last.</summary>
    /// <param name="parameters">[count] float32 on the optimiser's device, changed in place.</param>
    /// <param name="gradient">[count] float32 on the same device, finite; only read.</param>
    /// <param name="curvature">[count] float32 on the same device, finite: |H z|, or H z, whose signs do not count. Copied.</param>
    /// <exception cref="ArgumentException">One of them has another shape, type or device.</exception>
    public void Update(Tensor parameters, Tensor gradient, Tensor curvature)
    {
        RequireVector(parameters, nameof(parameters));
        RequireVector(gradient, nameof(gradient));
        RequireVector(curvature, nameof(curvature));
        using (no_grad())
        using (NewDisposeScope())
        {
            Vectors[2].copy_(curvature).abs_();
        }

        _fresh = true;
        Update(parameters, gradient);
    }

    /// <inheritdoc/>
    private protected override void RequireReady()
    {
        if (Steps == 0 && !_fresh)
        {
            throw new InvalidOperationException("The first step has no curvature; expected one that is given it, see NeedsCurvature.");
        }
    }

    /// <inheritdoc/>
    private protected override void Step(Tensor parameters, Tensor gradient, long step)
    {
        _fresh = false;
        var (first, second, curvature) = (Vectors[0], Vectors[1], Vectors[2]);
        first.Multiply(_options.Beta1).AddScaled(gradient, 1 - _options.Beta1);
        second.Multiply(_options.Beta2).AddProduct(curvature, curvature, 1 - _options.Beta2);
        if (_options.WeightDecay > 0)
        {
            parameters.Multiply(1 - (LearningRate * _options.WeightDecay));
        }

        var denominator = second.sqrt().Multiply(1 / Math.Sqrt(1 - Math.Pow(_options.Beta2, step)));
        if (_options.HessianPower != 1)
        {
            denominator.Raise(_options.HessianPower);
        }

        parameters.AddQuotient(first, denominator.Add(_options.Epsilon), -LearningRate / (1 - Math.Pow(_options.Beta1, step)));
    }
}

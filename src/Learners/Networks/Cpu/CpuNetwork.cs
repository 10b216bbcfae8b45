using StreamLearn.Learners.Networks.Kernels;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>What networks on the fused kernels have in common: their vectors, and the way from the head's outputs to the logits.</summary>
public abstract unsafe class CpuNetwork : INetwork
{
    private readonly CpuPass _pass;
    private readonly PinnedFloats _parameters;

    private protected CpuNetwork(NetworkArchitecture architecture, CpuPass pass, ulong seed)
    {
        Architecture = architecture;
        _pass = pass;
        _parameters = new PinnedFloats(architecture.Layout.Count);
        architecture.Initialize(_parameters.Span, new Xoshiro256(seed));
    }

    /// <inheritdoc/>
    public NetworkArchitecture Architecture { get; }

    /// <inheritdoc/>
    public NetworkDevice Device => NetworkDevice.Cpu;

    /// <inheritdoc/>
    public int Rows => _pass.Forwarded == this ? _pass.Rows : 0;

    /// <inheritdoc/>
    public long Passes { get; private set; }

    /// <summary>The flat parameter vector itself.</summary>
    public Span<float> Parameters => _parameters.Span;

    /// <summary>The flat gradient of the last backward pass itself, until the next forward pass on the same workspace.</summary>
    /// <exception cref="InvalidOperationException">The workspace's gradient is another network's, or is gone: applied, and then overwritten.</exception>
    public Span<float> Gradient => OwnGradient.Values;

    /// <summary>Ascending ranges outside of which <see cref="Gradient"/> is zero.</summary>
    public ReadOnlySpan<ParameterRange> GradientSupport => OwnGradient.Support;

    /// <inheritdoc/>
    public ReadOnlySpan<float> Logits => _pass.Logits.Span[..(Rows * Architecture.Outputs)];

    /// <inheritdoc/>
    public ReadOnlySpan<float> Outputs => _pass.Outputs.Span[..(Rows * Architecture.Outputs)];

    /// <summary>The workspace's gradient, which is this network's.</summary>
    internal CpuGradient OwnGradient
    {
        get
        {
            var gradient = _pass.Gradient;
            if ((gradient.Owner is not null && gradient.Owner != this) || gradient.IsGone)
            {
                throw new InvalidOperationException(
                    gradient.IsGone
                        ? UpdaterMessages.GradientGone
                        : "The workspace holds the gradient of another network that uses it.");
            }

            return gradient;
        }
    }

    internal float* ParameterPointer => _parameters.Pointer;

    /// <inheritdoc/>
    public void Backward(ReadOnlySpan<float> logitGradient)
    {
        Begin(logitGradient, nameof(logitGradient));
        GoBack();
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void BackwardOutputs(ReadOnlySpan<float> outputGradient)
    {
        Begin(outputGradient, nameof(outputGradient));
        ActivationKernels.BackwardHead(Architecture.Head, _pass.Outputs.Pointer, _pass.Delta.Pointer, _pass.Rows, Architecture.Outputs);
        GoBack();
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void CopyParameters(Span<float> destination)
    {
        Shapes.Require(nameof(destination), destination.Length, Architecture.Layout.Count);
        Parameters.CopyTo(destination);
    }

    /// <inheritdoc/>
    public void SetParameters(ReadOnlySpan<float> source)
    {
        Shapes.Require(nameof(source), source.Length, Architecture.Layout.Count);
        Shapes.RequireFinite(nameof(source), source);
        source.CopyTo(Parameters);
        ForgetPass();
    }

    /// <inheritdoc/>
    public void CopyGradient(Span<float> destination)
    {
        Shapes.Require(nameof(destination), destination.Length, Architecture.Layout.Count);
        Gradient.CopyTo(destination);
    }

    /// <inheritdoc/>
    public void SetGradient(ReadOnlySpan<float> source)
    {
        Shapes.Require(nameof(source), source.Length, Architecture.Layout.Count);
        _pass.Gradient.BeginDense();
        _pass.Gradient.Owner = this;
        source.CopyTo(Gradient);
    }

    /// <inheritdoc/>
    public INetworkUpdater CreateUpdater(UpdateOptions options) => new CpuUpdater(this, options);

    /// <summary>Does nothing: all memory is managed. The contract is for the Torch twin.</summary>
    public void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Back from the gradient by the logits, which stands in the pass's delta.</summary>
    private protected abstract void GoBack();

    /// <summary>To be called before anything in the workspace is overwritten.</summary>
    private protected void BeginForward(int rows)
    {
        _pass.Gradient.BeforeForward();
        Passes++;
        _pass.Rows = rows;
        _pass.Forwarded = this;
        _pass.Kept = this;
    }

    /// <summary>What was kept for going back is no longer valid, as when the parameters have changed; outputs still are.</summary>
    internal void ForgetPass()
    {
        if (_pass.Kept == this)
        {
            _pass.Kept = null;
        }
    }

    /// <summary>From the logits to the outputs.</summary>
    private protected void ApplyHead()
    {
        if (Architecture.Head != Head.Linear)
        {
            ActivationKernels.ForwardHead(Architecture.Head, _pass.Logits.Pointer, _pass.Outputs.Pointer, _pass.Rows, Architecture.Outputs);
        }
    }

    private void Begin(ReadOnlySpan<float> gradient, string name)
    {
        if (_pass.Kept != this)
        {
            throw new InvalidOperationException(UpdaterMessages.NothingKept);
        }

        Shapes.Require(name, gradient.Length, _pass.Rows, Architecture.Outputs);
        gradient.CopyTo(_pass.Delta.Span);
        _pass.Kept = null;
        _pass.Gradient.Owner = this;
    }
}

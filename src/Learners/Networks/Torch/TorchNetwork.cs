using System.Diagnostics;
using System.Globalization;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Losses.Torch;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Optimizers.Torch;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>
/// What networks on Torch have in common: one flat parameter tensor on a device, logits that keep Torch's graph until the way back, and
/// nothing that outlives a step but these.
/// </summary>
public abstract class TorchNetwork : INetwork
{
    private Tensor? _kept;
    private bool _hadGradient;
    private bool _gradientIsGone;
    private float[] _logits = [];
    private float[] _outputs = [];

    private protected TorchNetwork(NetworkArchitecture architecture, Device device, ulong seed)
    {
        TorchRuntime.UseOneThread();
        Architecture = architecture;
        TorchDevice = device;
        Device = device.type == DeviceType.CUDA ? NetworkDevice.TorchCuda : NetworkDevice.TorchCpu;
        var initial = new float[architecture.Layout.Count];
        architecture.Initialize(initial, new Xoshiro256(seed));
        using var scope = NewDisposeScope();

        // In Torch's own memory, whose alignment is always the same: products depend on it in their last bits.
        Flat = new TorchSharp.Modules.Parameter(zeros(initial.Length, device: device));
        Flat.DetachFromDisposeScope();
        Write(Flat, initial);
        Gradient = zeros(initial.Length, device: device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public NetworkArchitecture Architecture { get; }

    /// <inheritdoc/>
    public NetworkDevice Device { get; }

    /// <inheritdoc/>
    public int Rows { get; private set; }

    /// <inheritdoc/>
    public long Passes { get; private set; }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Logits => _logits.AsSpan(0, Rows * Architecture.Outputs);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Outputs => _outputs.AsSpan(0, Rows * Architecture.Outputs);

    internal Device TorchDevice { get; }

    /// <summary>The flat parameter tensor.</summary>
    internal TorchSharp.Modules.Parameter Flat { get; }

    /// <summary>The flat gradient of the last backward pass.</summary>
    internal Tensor Gradient { get; }

    /// <summary>Whether there is a gradient that has not been applied.</summary>
    internal bool HasGradient { get; private set; }

    /// <inheritdoc/>
    public void Backward(ReadOnlySpan<float> logitGradient) => Backward(logitGradient, nameof(logitGradient), throughHead: false);

    /// <inheritdoc/>
    public void BackwardOutputs(ReadOnlySpan<float> outputGradient) => Backward(outputGradient, nameof(outputGradient), throughHead: true);

    /// <inheritdoc/>
    public void CopyParameters(Span<float> destination)
    {
        Shapes.Require(nameof(destination), destination.Length, Architecture.Layout.Count);
        Read(Flat, destination);
    }

    /// <inheritdoc/>
    public void SetParameters(ReadOnlySpan<float> source)
    {
        Shapes.Require(nameof(source), source.Length, Architecture.Layout.Count);
        Shapes.RequireFinite(nameof(source), source);
        ForgetPass();
        Write(Flat, source);
    }

    /// <inheritdoc/>
    public void CopyGradient(Span<float> destination)
    {
        Shapes.Require(nameof(destination), destination.Length, Architecture.Layout.Count);
        if (_gradientIsGone)
        {
            throw new InvalidOperationException(UpdaterMessages.GradientGone);
        }

        Read(Gradient, destination);
    }

    /// <inheritdoc/>
    public void SetGradient(ReadOnlySpan<float> source)
    {
        Shapes.Require(nameof(source), source.Length, Architecture.Layout.Count);
        Write(Gradient, source);
        GradientIsFresh();
    }

    /// <inheritdoc/>
    public INetworkUpdater CreateUpdater(UpdateOptions options) => new TorchUpdater(this, options);

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the tensors of a subclass too.</summary>
    private protected virtual void Dispose(bool disposing)
    {
        _kept?.Dispose();
        Flat.Dispose();
        Gradient.Dispose();
    }

    /// <summary>
    /// The gradient of Σ weights · loss(sample) by the parameters into <see cref="Gradient"/>, and its own derivative along a probe z,
    /// H z, by going back twice. Pearlmutter 1994, "Fast exact multiplication by the Hessian".
    /// </summary>
    /// <param name="weights">[rows]: the weight of each sample's loss.</param>
    /// <param name="optimizer">Draws z, once everything else has gone well.</param>
    /// <returns>H z: [parameters]; the caller's to dispose.</returns>
    internal Tensor BackwardTwice(Loss loss, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, TorchAdaHessian optimizer)
    {
        using var scope = NewDisposeScope();
        using var kept = Take();
        var predictions = loss.Input == LossInput.Logits ? kept : ApplyHead(kept);
        var perSample = TorchLosses.PerSample(loss, predictions, Matrix(targets, Rows, targets.Length / Rows));
        var total = (perSample * Matrix(weights, Rows, 1).flatten()).sum();
        var gradient = autograd.grad([total], [Flat], retain_graph: true, create_graph: true)[0];
        var product = (gradient * optimizer.DrawProbe()).sum();

        // A network that is linear in its parameters under a loss that is linear too has no second derivative at all.
        var curvature = product.requires_grad
            ? autograd.grad([product], [Flat], allow_unused: true)[0]
            : null;
        using var off = no_grad();
        Gradient.copy_(gradient.detach());
        GradientIsFresh();
        return (curvature is null || curvature.IsInvalid ? zeros_like(Flat) : curvature.detach()).DetachFromDisposeScope();
    }

    /// <summary>The gradient has been applied, and with it the parameters have changed.</summary>
    internal void MarkApplied()
    {
        HasGradient = false;
        ForgetPass();
    }

    /// <summary>Takes over the logits of a forward pass; with <paramref name="keep"/> their graph stays for going back.</summary>
    private protected void Finish(Tensor logits, int rows, bool keep)
    {
        Rows = rows;
        Passes++;
        _gradientIsGone |= !HasGradient && _hadGradient;
        _kept?.Dispose();
        _kept = keep ? logits.MoveToOuterDisposeScope().DetachFromDisposeScope() : null;
        var size = rows * Architecture.Outputs;
        if (_logits.Length < size)
        {
            _logits = new float[size];
            _outputs = Architecture.Head == Head.Linear ? _logits : new float[size];
        }

        using var off = no_grad();
        Read(logits, _logits.AsSpan(0, size));
        if (Architecture.Head != Head.Linear)
        {
            Read(ApplyHead(logits), _outputs.AsSpan(0, size));
        }
    }

    /// <summary>Numbers as a tensor on the network's device.</summary>
    private protected Tensor Matrix(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var host = empty(shape.ToArray(), ScalarType.Float32);
        Write(host, values);
        return TorchDevice.type == DeviceType.CPU ? host : host.to(TorchDevice);
    }

    private protected static void Read(Tensor from, Span<float> to)
    {
        using var scope = NewDisposeScope();
        from.detach().cpu().contiguous().data<float>().CopyTo(to);
    }

    private protected static void Write(Tensor to, ReadOnlySpan<float> from)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        if (to.device_type == DeviceType.CPU)
        {
            from.CopyTo(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(to.bytes));
        }
        else
        {
            to.copy_(tensor(from.ToArray()).view(to.shape));
        }
    }

    /// <summary>A device as Torch names it.</summary>
    internal static string DeviceName(bool cuda, int gpu) => cuda ? $"cuda:{gpu.ToString(CultureInfo.InvariantCulture)}" : "cpu";

    private protected static Device DeviceOf(bool cuda, int gpu) => device(DeviceName(cuda, gpu));

    private void Backward(ReadOnlySpan<float> gradient, string name, bool throughHead)
    {
        if (_kept is null)
        {
            throw new InvalidOperationException(UpdaterMessages.NothingKept);
        }

        Shapes.Require(name, gradient.Length, Rows, Architecture.Outputs);
        using var scope = NewDisposeScope();
        using var kept = Take();
        GoBack(throughHead ? ApplyHead(kept) : kept, Matrix(gradient, Rows, Architecture.Outputs));
    }

    /// <summary>The gradient of Σ gradient · end by the parameters into <see cref="Gradient"/>. To be called in a dispose scope.</summary>
    private protected void GoBack(Tensor end, Tensor gradient)
    {
        // Not autograd.grad: an error in that ends the process.
        end.backward([gradient]);
        using var off = no_grad();
        Gradient.copy_(Flat.grad!);
        Flat.grad = null;
        GradientIsFresh();
    }

    /// <summary>A forward pass has begun that is kept elsewhere: the gradient of the one before can be applied, and not be read any more.</summary>
    private protected void BeginPass()
    {
        Passes++;
        _gradientIsGone |= !HasGradient && _hadGradient;
        ForgetPass();
    }

    /// <summary>What was kept for going back is no longer valid: the parameters have changed.</summary>
    private protected virtual void ForgetPass()
    {
        _kept?.Dispose();
        _kept = null;
    }

    private void GradientIsFresh()
    {
        HasGradient = true;
        _hadGradient = true;
        _gradientIsGone = false;
    }

    private Tensor Take()
    {
        var kept = _kept ?? throw new InvalidOperationException(UpdaterMessages.NothingKept);
        _kept = null;
        return kept;
    }

    private Tensor ApplyHead(Tensor logits) => Architecture.Head switch
    {
        Head.Linear => logits,
        Head.Sigmoid => sigmoid(logits),
        Head.Softmax => softmax(logits, 1),
        _ => throw new UnreachableException(),
    };
}

using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>A recurrent cell with its readout on Torch, for wide states, big batches and GPUs.</summary>
public sealed class TorchRecurrentNetwork : TorchNetwork, IRecurrentNetwork
{
    private readonly RecurrentArchitecture _architecture;
    private readonly TorchRecurrentModule _module;
    private readonly float[] _state;
    private readonly float[] _lastState;
    private int _lastBatch;

    /// <param name="architecture">What it computes.</param>
    /// <param name="maxSteps">The most steps that one window can have.</param>
    /// <param name="maxBatch">The most samples that one window can have.</param>
    /// <param name="seed">Of the initial parameters: the same as the CPU backend draws.</param>
    /// <param name="cuda">Whether on a GPU.</param>
    /// <param name="gpu">Which one, by Torch's number.</param>
    public TorchRecurrentNetwork(RecurrentArchitecture architecture, int maxSteps, int maxBatch, ulong seed, bool cuda = false, int gpu = 0)
        : base(architecture, DeviceOf(cuda, gpu), seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        _architecture = architecture;
        MaxSteps = maxSteps;
        MaxBatch = maxBatch;
        _module = new TorchRecurrentModule(architecture, Flat);
        _state = new float[checked(maxBatch * architecture.StateSize)];
        _lastState = new float[_state.Length];
    }

    /// <inheritdoc/>
    public int StateSize => _architecture.StateSize;

    /// <inheritdoc/>
    public int MaxSteps { get; }

    /// <inheritdoc/>
    public int MaxBatch { get; }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<float> inputs, ReadOnlySpan<float> elapsed, int steps, int batch) =>
        Run(inputs, elapsed, steps, batch, keep: true);

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> inputs, ReadOnlySpan<float> elapsed, int steps, int batch, Span<float> outputs, bool carry)
    {
        Shapes.Require(nameof(outputs), outputs.Length, steps, batch, Architecture.Outputs);
        using var off = no_grad();
        Run(inputs, elapsed, steps, batch, keep: false);
        Outputs.CopyTo(outputs);
        if (carry)
        {
            CarryState();
        }
    }

    /// <inheritdoc/>
    public bool CarryState()
    {
        if (_lastBatch == 0)
        {
            throw new InvalidOperationException("There was no forward pass since the last state was carried.");
        }

        var last = _lastState.AsSpan(0, _lastBatch * StateSize);
        _lastBatch = 0;
        return RecurrentState.Carry(last, _state, StateSize);
    }

    /// <inheritdoc/>
    public void CopyState(Span<float> destination)
    {
        Shapes.Require(nameof(destination), destination.Length, MaxBatch, StateSize);
        _state.CopyTo(destination);
    }

    /// <inheritdoc/>
    public void SetState(ReadOnlySpan<float> source)
    {
        Shapes.Require(nameof(source), source.Length, MaxBatch, StateSize);
        Shapes.RequireFinite(nameof(source), source);
        source.CopyTo(_state);
    }

    private protected override void Dispose(bool disposing)
    {
        _module.Dispose();
        base.Dispose(disposing);
    }

    private void Run(ReadOnlySpan<float> inputs, ReadOnlySpan<float> elapsed, int steps, int batch, bool keep)
    {
        Shapes.RequireRange(nameof(steps), steps, MaxSteps);
        Shapes.RequireRange(nameof(batch), batch, MaxBatch);
        Shapes.Require(nameof(inputs), inputs.Length, steps, batch, Architecture.Inputs);
        if (!elapsed.IsEmpty)
        {
            Shapes.Require(nameof(elapsed), elapsed.Length, steps, batch);
        }

        using var scope = NewDisposeScope();
        using var tracked = keep ? enable_grad() : no_grad();
        var gaps = elapsed.IsEmpty ? ones([steps, batch, 1], device: TorchDevice) : Matrix(elapsed, steps, batch, 1);
        var state = Matrix(_state.AsSpan(0, batch * StateSize), batch, StateSize);
        var (logits, last) = _module.call(Matrix(inputs, steps, batch, Architecture.Inputs), gaps, state);
        Read(last, _lastState.AsSpan(0, batch * StateSize));
        _lastBatch = batch;
        Finish(logits, steps * batch, keep);
    }
}

using StreamLearn.Learners.Networks.Kernels;

namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>
/// A recurrent cell with its readout on the fused kernels: no allocation after the first pass of a size, one thread, and the same bits for a sample's
/// step whatever batch and window it stands in.
/// </summary>
public sealed unsafe class CpuRecurrentNetwork : CpuNetwork, IRecurrentNetwork
{
    private readonly CpuRecurrentWorkspace _workspace;
    private readonly float[] _state;
    private readonly int _headWeight;
    private readonly int _headBias;
    private int _steps;
    private int _batch;

    /// <param name="workspace">What passes need besides parameters and state; says the architecture. May be shared.</param>
    /// <param name="seed">Of the initial parameters.</param>
    public CpuRecurrentNetwork(CpuRecurrentWorkspace workspace, ulong seed)
        : base(workspace.Architecture, workspace.Pass, seed)
    {
        _workspace = workspace;
        _state = new float[MaxBatch * StateSize];
        _headWeight = Architecture.Layout[RecurrentArchitecture.HeadWeight].Offset;
        _headBias = Architecture.Layout[RecurrentArchitecture.HeadBias].Offset;
    }

    /// <param name="architecture">What it computes.</param>
    /// <param name="maxSteps">The most steps that one window can have.</param>
    /// <param name="maxBatch">The most samples that one window can have.</param>
    /// <param name="seed">Of the initial parameters.</param>
    public CpuRecurrentNetwork(RecurrentArchitecture architecture, int maxSteps, int maxBatch, ulong seed)
        : this(new CpuRecurrentWorkspace(architecture, maxSteps, maxBatch), seed)
    {
    }

    /// <inheritdoc/>
    public int StateSize => _workspace.Architecture.StateSize;

    /// <inheritdoc/>
    public int MaxSteps => _workspace.MaxSteps;

    /// <inheritdoc/>
    public int MaxBatch => _workspace.MaxBatch;

    private RecurrentWindow Window => new(
        _steps, _batch, _workspace.Inputs.Pointer, _workspace.Elapsed.Pointer, _workspace.States.Pointer);

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<float> inputs, ReadOnlySpan<float> elapsed, int steps, int batch)
    {
        Shapes.RequireRange(nameof(steps), steps, MaxSteps);
        Shapes.RequireRange(nameof(batch), batch, MaxBatch);
        Shapes.Require(nameof(inputs), inputs.Length, steps, batch, Architecture.Inputs);
        if (!elapsed.IsEmpty)
        {
            Shapes.Require(nameof(elapsed), elapsed.Length, steps, batch);
        }

        BeginForward(steps * batch);
        inputs.CopyTo(_workspace.Inputs.Span);
        elapsed.CopyTo(_workspace.Elapsed.Span);
        if (elapsed.IsEmpty)
        {
            _workspace.Elapsed.Span[..(steps * batch)].Fill(1);
        }

        _steps = steps;
        _batch = batch;
        _workspace.Stepped = this;
        _state.AsSpan(0, batch * StateSize).CopyTo(_workspace.States.Span);
        _workspace.Cell.Forward(ParameterPointer, Window);
        MatrixKernels.Multiply(
            _workspace.States.Pointer + (batch * StateSize), StateSize, 1, ParameterPointer + _headWeight, ParameterPointer + _headBias,
            _workspace.Pass.Logits.Pointer, steps * batch, _workspace.Architecture.ReadoutSize, Architecture.Outputs);
        ApplyHead();
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> inputs, ReadOnlySpan<float> elapsed, int steps, int batch, Span<float> outputs, bool carry)
    {
        Shapes.Require(nameof(outputs), outputs.Length, steps, batch, Architecture.Outputs);
        Forward(inputs, elapsed, steps, batch);
        Outputs.CopyTo(outputs);
        ForgetPass();
        if (carry)
        {
            CarryState();
        }
    }

    /// <inheritdoc/>
    public bool CarryState()
    {
        if (_workspace.Stepped != this)
        {
            throw new InvalidOperationException(
                "There was no forward pass since the last state was carried, or the workspace has served another network since.");
        }

        _workspace.Stepped = null;
        return RecurrentState.Carry(_workspace.States.Span.Slice(_steps * _batch * StateSize, _batch * StateSize), _state, StateSize);
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

    private protected override void GoBack()
    {
        var rows = _steps * _batch;
        var outputs = Architecture.Outputs;
        var delta = _workspace.Pass.Delta.Pointer;
        var gradient = _workspace.Pass.Gradient;
        gradient.BeginDense();

        // The readout over all steps at once, then the cell. Rows before the first that has a loss would add zeros, the same bits.
        var first = FirstWithLoss(rows, outputs);
        delta += first * outputs;
        var stateGradient = _workspace.StateGradient;
        var readout = _workspace.Architecture.ReadoutSize;
        MatrixKernels.Multiply(
            _workspace.States.Pointer + ((_batch + first) * StateSize), 1, StateSize, delta, null, gradient.Target + _headWeight, readout,
            rows - first, outputs);
        GradientKernels.SumRows(delta, gradient.Target + _headBias, rows - first, outputs);
        TransposeReadout(readout, outputs);
        stateGradient.Span[..(first * StateSize)].Clear();
        MatrixKernels.Multiply(
            delta, outputs, 1, _workspace.Transposed.Pointer, null, stateGradient.Pointer + (first * StateSize), rows - first, outputs, StateSize);
        _workspace.Cell.Backward(ParameterPointer, gradient.Target, Window, stateGradient.Pointer);
    }

    /// <summary>The first row whose gradient by the logits is not zero; the last one if none is.</summary>
    private int FirstWithLoss(int rows, int outputs)
    {
        var at = _workspace.Pass.Delta.Span[..(rows * outputs)].IndexOfAnyExcept(0f);
        return at < 0 ? rows - 1 : at / outputs;
    }

    /// <summary>Wᵀ [outputs, state], zero for the numbers that the readout does not see.</summary>
    private void TransposeReadout(int readout, int outputs)
    {
        float* weights = ParameterPointer + _headWeight, transposed = _workspace.Transposed.Pointer;
        if (readout == StateSize)
        {
            GradientKernels.Transpose(weights, transposed, StateSize, outputs);
            return;
        }

        _workspace.Transposed.Span.Clear();
        for (var i = 0; i < readout; i++)
        {
            for (var output = 0; output < outputs; output++)
            {
                transposed[(output * StateSize) + i] = weights[(i * outputs) + output];
            }
        }
    }
}

using System.Runtime.InteropServices;
using StreamLearn.Learners.Networks.Kernels;

namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>
/// A multilayer perceptron on the fused kernels: no allocation after the first pass of a size, one thread, and the same bits for a row whatever batch
/// it stands in.
/// </summary>
/// <remarks>
/// What it costs per step lies in <see cref="MatrixKernels"/>; the classes around it only say which memory goes in and out. The gradient of a
/// single sample stays factored (<see cref="RowGradient"/>); a batch goes back by matrix products.
/// </remarks>
public sealed unsafe class CpuMlp : CpuNetwork, IFeedForwardNetwork
{
    private readonly MlpArchitecture _architecture;
    private readonly CpuMlpWorkspace _workspace;
    private bool _sparse;

    /// <param name="workspace">What passes need besides the parameters; says the architecture. May be shared.</param>
    /// <param name="seed">Of the initial parameters.</param>
    public CpuMlp(CpuMlpWorkspace workspace, ulong seed)
        : base(workspace.Architecture, workspace.Pass, seed)
    {
        _workspace = workspace;
        _architecture = workspace.Architecture;
    }

    /// <param name="architecture">What it computes.</param>
    /// <param name="maxBatch">The most rows that one forward pass can have.</param>
    /// <param name="seed">Of the initial parameters.</param>
    public CpuMlp(MlpArchitecture architecture, int maxBatch, ulong seed)
        : this(new CpuMlpWorkspace(architecture, maxBatch), seed)
    {
    }

    /// <inheritdoc/>
    public int MaxBatch => _workspace.MaxBatch;

    private CpuPass Pass => _workspace.Pass;

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<float> inputs, int batch)
    {
        Shapes.RequireRange(nameof(batch), batch, MaxBatch);
        Shapes.Require(nameof(inputs), inputs.Length, batch, _architecture.Inputs);
        BeginForward(batch);
        _sparse = false;
        inputs.CopyTo(_workspace.Inputs.Span);
        Linear(0, _workspace.Inputs.Pointer);
        FinishForward();
    }

    /// <inheritdoc/>
    public void Forward(in BlockInputs inputs)
    {
        Shapes.RequireRange("batch", inputs.Count, MaxBatch);
        inputs.Check(_architecture.Inputs);
        BeginForward(inputs.Count);
        _sparse = true;
        inputs.Values.CopyTo(_workspace.Inputs.Span);
        CollectionsMarshal.SetCount(_workspace.Blocks, inputs.Blocks.Length);
        inputs.Blocks.CopyTo(CollectionsMarshal.AsSpan(_workspace.Blocks));
        CollectionsMarshal.SetCount(_workspace.RowEnds, inputs.RowEnds.Length);
        inputs.RowEnds.CopyTo(CollectionsMarshal.AsSpan(_workspace.RowEnds));
        LinearOfBlocks();
        FinishForward();
    }

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> inputs, int batch, Span<float> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        Shapes.Require(nameof(inputs), inputs.Length, batch, _architecture.Inputs);
        Shapes.Require(nameof(outputs), outputs.Length, batch, _architecture.Outputs);
        for (var done = 0; done < batch; done += MaxBatch)
        {
            var rows = Math.Min(MaxBatch, batch - done);
            Forward(inputs.Slice(done * _architecture.Inputs, rows * _architecture.Inputs), rows);
            Outputs.CopyTo(outputs[(done * _architecture.Outputs)..]);
        }

        ForgetPass();
    }

    /// <inheritdoc/>
    public void OutputGradient(ReadOnlySpan<float> input, int output, Span<float> gradient)
    {
        Shapes.RequireIndex(nameof(output), output, _architecture.Outputs);
        Shapes.Require(nameof(gradient), gradient.Length, _architecture.Layout.Count);
        Forward(input, 1);
        _workspace.OneHot[output] = 1;
        BackwardOutputs(_workspace.OneHot);
        _workspace.OneHot[output] = 0;
        CopyGradient(gradient);
    }

    /// <summary>
    /// The gradient of Σ <paramref name="logitGradient"/> · logits by some of the inputs of the last forward pass: by a critic's actions, for one. The gradient by the parameters is
    /// neither computed nor touched, and the pass stays kept.
    /// </summary>
    /// <param name="logitGradient">[rows, outputs].</param>
    /// <param name="from">The first input that is asked about.</param>
    /// <param name="count">How many are, at least 1.</param>
    /// <param name="gradient">[rows, <paramref name="count"/>], written.</param>
    /// <exception cref="InvalidOperationException">There is no forward pass to go back through.</exception>
    public void InputGradient(ReadOnlySpan<float> logitGradient, int from, int count, Span<float> gradient)
    {
        if (Pass.Kept != this)
        {
            throw new InvalidOperationException(UpdaterMessages.NothingKept);
        }

        Shapes.Require(nameof(logitGradient), logitGradient.Length, Pass.Rows, _architecture.Outputs);
        Shapes.RequireIndex(nameof(from), from, _architecture.Inputs);
        Shapes.RequireRange(nameof(count), count, _architecture.Inputs - from);
        Shapes.Require(nameof(gradient), gradient.Length, Pass.Rows, count);

        // A row that has no part in the sum costs nothing: a critic that is not the smaller one there, for one. Normalised layers go back with all rows.
        var rows = _architecture.LayerNorm ? SelectAll(logitGradient) : SelectRows(logitGradient);
        for (var layer = _workspace.Layers.Length - 1; layer > 0; layer--)
        {
            var shape = _workspace.Layers[layer];
            BackwardInputs(ParameterPointer + shape.Weight, shape.Inputs, shape.Outputs, _workspace.Transposed.Pointer, _workspace.DeltaBelow.Pointer, rows.Length);
            (Pass.Delta, _workspace.DeltaBelow) = (_workspace.DeltaBelow, Pass.Delta);
            BackwardActivation(layer - 1, rows);
        }

        var first = _workspace.Layers[0];
        var weights = ParameterPointer + first.Weight + ((nint)from * first.Outputs);
        fixed (float* target = gradient)
        {
            BackwardInputs(weights, count, first.Outputs, _workspace.FirstTransposed(count).Pointer, target, rows.Length);
        }

        // Each to its place, from the last on: none comes before where it stands.
        for (var (row, selected) = (Pass.Rows - 1, rows.Length - 1); row >= 0; row--)
        {
            var place = gradient.Slice(row * count, count);
            if (selected >= 0 && rows[selected] == row)
            {
                gradient.Slice(selected-- * count, count).CopyTo(place);
            }
            else
            {
                place.Clear();
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>[rows, width] of a hidden layer in the last forward pass, after its activation. Valid until the next one on the same workspace.</summary>
    /// <param name="layer">Which, from the input on.</param>
    /// <exception cref="InvalidOperationException">The workspace holds the pass of another network.</exception>
    public ReadOnlySpan<float> HiddenActivations(int layer)
    {
        Shapes.RequireIndex(nameof(layer), layer, _architecture.Hidden.Length);
        return Pass.Forwarded == this
            ? _workspace.Activations[layer].Span[..(Pass.Rows * _architecture.Hidden[layer])]
            : throw new InvalidOperationException("The workspace holds no forward pass of this network.");
    }

    /// <summary>How many of the hidden units were above 0 in the last forward pass, over all rows and hidden layers.</summary>
    /// <exception cref="InvalidOperationException">The workspace holds the pass of another network.</exception>
    public UnitActivity CountActive()
    {
        var (active, counted) = (0L, 0L);
        for (var layer = 0; layer < _architecture.Hidden.Length; layer++)
        {
            var units = HiddenActivations(layer);
            active += ActivationKernels.CountPositive(units);
            counted += units.Length;
        }

        return new UnitActivity(active, counted);
    }

    /// <summary>Copies the gradient of the rows that have one into the delta, one after the other.</summary>
    /// <returns>The rows.</returns>
    private ReadOnlySpan<int> SelectRows(ReadOnlySpan<float> logitGradient)
    {
        var outputs = _architecture.Outputs;
        var count = 0;
        for (var row = 0; row < Pass.Rows; row++)
        {
            var gradient = logitGradient.Slice(row * outputs, outputs);
            if (gradient.ContainsAnyExcept(0f))
            {
                gradient.CopyTo(Pass.Delta.Span[(count * outputs)..]);
                _workspace.SelectedRows[count++] = row;
            }
        }

        return _workspace.SelectedRows.AsSpan(0, count);
    }

    private ReadOnlySpan<int> SelectAll(ReadOnlySpan<float> logitGradient)
    {
        logitGradient.CopyTo(Pass.Delta.Span);
        for (var row = 0; row < Pass.Rows; row++)
        {
            _workspace.SelectedRows[row] = row;
        }

        return _workspace.SelectedRows.AsSpan(0, Pass.Rows);
    }

    /// <summary>Back through the activation of a hidden layer, of some rows; the gradient by its normalisation is not asked for.</summary>
    private void BackwardActivation(int layer, ReadOnlySpan<int> rows)
    {
        if (rows.Length == Pass.Rows)
        {
            var unused = _workspace.UnusedNormGradient.Pointer;
            BackwardActivation(layer, unused, unused + _workspace.Layers[layer].Outputs);
            return;
        }

        var width = _workspace.Layers[layer].Outputs;
        var delta = Pass.Delta.Pointer;
        foreach (var row in rows)
        {
            var linear = _workspace.Linear[layer] is { } kept ? kept.Pointer + ((nint)row * width) : null;
            ActivationKernels.Backward(_architecture.Activation, linear, _workspace.Activations[layer].Pointer + ((nint)row * width), delta, width);
            delta += width;
        }
    }

    /// <summary>From the first layer's linear outputs to the head.</summary>
    private void FinishForward()
    {
        for (var layer = 0; layer < _architecture.Hidden.Length; layer++)
        {
            Activate(layer);
            Linear(layer + 1, _workspace.Activations[layer].Pointer);
        }

        ApplyHead();
        GC.KeepAlive(this);
    }

    /// <summary>The linear outputs of a layer, to where the next thing that happens to them reads.</summary>
    private void Linear(int layer, float* below)
    {
        var shape = _workspace.Layers[layer];
        var parameters = ParameterPointer;
        MatrixKernels.Multiply(
            below, shape.Inputs, 1, parameters + shape.Weight, parameters + shape.Bias, LinearTarget(layer), Pass.Rows, shape.Inputs,
            shape.Outputs, RectifiesAtOnce(layer));
    }

    /// <summary>The same for the first layer where only some blocks of the input are not zero.</summary>
    private void LinearOfBlocks()
    {
        var shape = _workspace.Layers[0];
        var weights = ParameterPointer + shape.Weight;
        var target = LinearTarget(0);
        var values = _workspace.Inputs.Pointer;
        var blocks = CollectionsMarshal.AsSpan(_workspace.Blocks);
        var block = 0;

        // A row's sums so far go from one scratch row to the other: the kernel's columns may overlap, so it cannot add in place.
        float* next = Pass.Delta.Pointer, spare = _workspace.DeltaBelow.Pointer;
        for (var row = 0; row < Pass.Rows; row++, target += shape.Outputs)
        {
            var start = ParameterPointer + shape.Bias;
            for (; block < _workspace.RowEnds[row]; block++)
            {
                var (offset, length) = blocks[block];
                var isLast = block + 1 == _workspace.RowEnds[row];
                MatrixKernels.Multiply(
                    values, length, 1, weights + ((nint)offset * shape.Outputs), start, isLast ? target : next, 1, length, shape.Outputs,
                    isLast && RectifiesAtOnce(0));
                values += length;
                start = next;
                next = spare;
                spare = start;
            }

            if (start == ParameterPointer + shape.Bias)
            {
                ActivationKernels.Forward(RectifiesAtOnce(0) ? Activation.Relu : Activation.Identity, start, target, shape.Outputs);
            }
        }
    }

    private bool RectifiesAtOnce(int layer) =>
        layer < _architecture.Hidden.Length && _architecture is { Activation: Activation.Relu, LayerNorm: false };

    private float* LinearTarget(int layer) =>
        layer == _architecture.Hidden.Length
            ? Pass.Logits.Pointer
            : (_workspace.Normal[layer] ?? _workspace.Linear[layer] ?? _workspace.Activations[layer]).Pointer;

    /// <summary>From a hidden layer's linear outputs to its activations.</summary>
    private void Activate(int layer)
    {
        var width = _workspace.Layers[layer].Outputs;
        var activations = _workspace.Activations[layer].Pointer;
        var linear = _workspace.Linear[layer] is { } kept ? kept.Pointer : activations;
        if (_workspace.Normal[layer] is { } normal)
        {
            LayerNormKernels.Forward(
                normal.Pointer, ParameterPointer + _workspace.Layers[layer].Gain, ParameterPointer + _workspace.Layers[layer].Shift, linear,
                _workspace.InverseDeviations[layer]!.Pointer, Pass.Rows, width);
        }

        if (!RectifiesAtOnce(layer))
        {
            ActivationKernels.Forward(_architecture.Activation, linear, activations, Pass.Rows * width);
        }
    }

    private protected override void GoBack()
    {
        if (Pass.Rows == 1 && !_architecture.LayerNorm)
        {
            GoBackWithOne();
            return;
        }

        if (_sparse)
        {
            Pass.Gradient.BeginSparse(
                CollectionsMarshal.AsSpan(_workspace.Blocks), _workspace.Layers[0].Outputs, _workspace.Layers[0].Bias);
        }
        else
        {
            Pass.Gradient.BeginDense();
        }

        for (var layer = _workspace.Layers.Length - 1; layer > 0; layer--)
        {
            BackwardLinear(layer, _workspace.Activations[layer - 1].Pointer, _workspace.DeltaBelow.Pointer);
            (Pass.Delta, _workspace.DeltaBelow) = (_workspace.DeltaBelow, Pass.Delta);
            var below = _workspace.Layers[layer - 1];
            BackwardActivation(layer - 1, Pass.Gradient.Target + below.Gain, Pass.Gradient.Target + below.Shift);
        }

        if (_sparse)
        {
            BackwardBlocks();
        }
        else
        {
            BackwardLinear(0, _workspace.Inputs.Pointer, null);
        }
    }

    /// <summary>One sample: the factors of its gradient, layer by layer.</summary>
    private void GoBackWithOne()
    {
        var layer = _workspace.Layers.Length - 1;
        Pass.Delta.Span[.._architecture.Outputs].CopyTo(_workspace.RowDeltas[layer].Span);
        for (; layer > 0; layer--)
        {
            var shape = _workspace.Layers[layer];
            var below = _workspace.RowDeltas[layer - 1].Pointer;
            GradientKernels.InputGradient(
                ParameterPointer + shape.Weight, _workspace.RowDeltas[layer].Pointer, below, shape.Inputs, shape.Outputs);
            var linear = _workspace.Linear[layer - 1] is { } kept ? kept.Pointer : null;
            ActivationKernels.Backward(
                _architecture.Activation, linear, _workspace.Activations[layer - 1].Pointer, below, shape.Inputs);
        }

        _workspace.Row.IsSparse = _sparse;
        Pass.Gradient.SetRow(_workspace.Row);
    }

    private void BackwardLinear(int layer, float* below, float* deltaBelow)
    {
        var shape = _workspace.Layers[layer];
        var weights = ParameterPointer + shape.Weight;
        var gradient = Pass.Gradient.Target;
        var delta = Pass.Delta.Pointer;
        if (Pass.Rows == 1)
        {
            GradientKernels.OuterProduct(below, delta, gradient + shape.Weight, shape.Inputs, shape.Outputs);
            GradientKernels.Scale(delta, 1, gradient + shape.Bias, shape.Outputs);
            if (deltaBelow is not null)
            {
                GradientKernels.InputGradient(weights, delta, deltaBelow, shape.Inputs, shape.Outputs);
            }

            return;
        }

        MatrixKernels.Multiply(below, 1, shape.Inputs, delta, null, gradient + shape.Weight, shape.Inputs, Pass.Rows, shape.Outputs);
        GradientKernels.SumRows(delta, gradient + shape.Bias, Pass.Rows, shape.Outputs);
        if (deltaBelow is not null)
        {
            BackwardInputs(weights, shape.Inputs, shape.Outputs, _workspace.Transposed.Pointer, deltaBelow, Pass.Rows);
        }
    }

    /// <summary>From the gradient by a layer's linear outputs, the delta, to that by what goes into it.</summary>
    private void BackwardInputs(float* weights, int inputs, int outputs, float* transposed, float* below, int rows)
    {
        if (Pass.Rows == 1)
        {
            GradientKernels.InputGradient(weights, Pass.Delta.Pointer, below, inputs, outputs);
            return;
        }

        GradientKernels.Transpose(weights, transposed, inputs, outputs);
        MatrixKernels.Multiply(Pass.Delta.Pointer, outputs, 1, transposed, null, below, rows, outputs, inputs);
    }

    /// <param name="layer">A hidden layer.</param>
    /// <param name="gain">Receives the gradient by the gain of its normalisation, where it has one.</param>
    /// <param name="shift">Receives the gradient by the shift.</param>
    private void BackwardActivation(int layer, float* gain, float* shift)
    {
        var width = _workspace.Layers[layer].Outputs;
        var linear = _workspace.Linear[layer] is { } kept ? kept.Pointer : null;
        var delta = Pass.Delta.Pointer;
        ActivationKernels.Backward(_architecture.Activation, linear, _workspace.Activations[layer].Pointer, delta, Pass.Rows * width);
        if (_workspace.Normal[layer] is { } normal)
        {
            LayerNormKernels.Backward(
                normal.Pointer, ParameterPointer + _workspace.Layers[layer].Gain, _workspace.InverseDeviations[layer]!.Pointer, delta, gain, shift, Pass.Rows,
                width);
        }
    }

    private void BackwardBlocks()
    {
        var shape = _workspace.Layers[0];
        var gradient = Pass.Gradient.Target;
        var delta = Pass.Delta.Pointer;
        GradientKernels.SumRows(delta, gradient + shape.Bias, Pass.Rows, shape.Outputs);
        var values = _workspace.Inputs.Pointer;
        var blocks = CollectionsMarshal.AsSpan(_workspace.Blocks);
        for (var (row, block) = (0, 0); row < Pass.Rows; row++, delta += shape.Outputs)
        {
            for (; block < _workspace.RowEnds[row]; block++)
            {
                var (offset, length) = blocks[block];
                for (var i = offset; i < offset + length; i++, values++)
                {
                    GradientKernels.AddScaled(delta, *values, gradient + shape.Weight + ((nint)i * shape.Outputs), shape.Outputs);
                }
            }
        }
    }
}

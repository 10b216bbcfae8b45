using System.Runtime.Intrinsics;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Kernels;

namespace StreamLearn.Learners.Liquid.Cpu;

/// <summary>
/// One closed-form cell over a window. What the inputs contribute to its first linear layer is one product over all steps, and so are the
/// gradients of all weights; only what goes through the state is done step by step.
/// </summary>
internal sealed unsafe class CfcLayer
{
    private const int Lanes = 8;

    private readonly CfcMode _mode;
    private readonly Activation _activation;
    private readonly int _inputs;
    private readonly int _inputOffset;
    private readonly int _units;
    private readonly int _offset;
    private readonly int _stateSize;
    private readonly int _headWidth;
    private readonly int _decay;
    private readonly int _level;
    private readonly float[]? _mask;

    // Linear layers: those of the backbone, then the heads. The first sees inputs and state.
    private readonly int[] _widths;
    private readonly int[] _weights;
    private readonly int[] _biases;

    // [steps, batch, width] of each linear layer. Of the heads: what comes out, then, in place, f1, f2 and T; going back, the gradients.
    private readonly PinnedFloats[] _linear;
    private readonly PinnedFloats[] _active;
    private readonly PinnedFloats[] _deltas;
    private readonly PinnedFloats[] _transposed;
    private readonly PinnedFloats? _masked;
    private readonly PinnedFloats? _inputTransposed;
    private readonly PinnedFloats? _inputGradient;
    private readonly PinnedFloats _product;
    private readonly PinnedFloats _carry;

    internal CfcLayer(CfcArchitecture architecture, CfcLayerShape shape, int maxSteps, int maxBatch)
    {
        var layout = architecture.Layout;
        _mode = architecture.Mode;
        _activation = architecture.Activation;
        (_inputs, _inputOffset, _units, _offset) = (shape.Inputs, shape.InputOffset, shape.Units, shape.StateOffset);
        _stateSize = architecture.StateSize;
        _headWidth = architecture.Heads * _units;
        _mask = shape.WeightMask(architecture.Heads);
        if (_mode == CfcMode.Pure)
        {
            _decay = layout[shape.Decay].Offset;
            _level = layout[shape.Level].Offset;
        }

        var depth = architecture.Backbone.Length;
        _widths = [.. architecture.Backbone, _headWidth];
        _weights = [.. Enumerable.Range(0, depth).Select(i => layout[shape.BackboneWeight(i)].Offset), layout[shape.Weight].Offset];
        _biases = [.. Enumerable.Range(0, depth).Select(i => layout[shape.BackboneBias(i)].Offset), layout[shape.Bias].Offset];
        var rows = checked(maxSteps * maxBatch);
        _linear = [.. _widths.Select(width => new PinnedFloats(checked(rows * width)))];
        _active = [.. architecture.Backbone.Select(width => new PinnedFloats(rows * width))];
        _deltas = [.. architecture.Backbone.Select(width => new PinnedFloats(rows * width))];
        _transposed = [.. _widths.Select((width, i) => new PinnedFloats(checked((i == 0 ? _units : _widths[i - 1]) * width)))];
        if (_mask is not null)
        {
            _masked = new PinnedFloats(_mask.Length);
        }

        if (_inputOffset >= 0)
        {
            _inputTransposed = new PinnedFloats(checked(_inputs * _widths[0]));
            _inputGradient = new PinnedFloats(checked(rows * _inputs));
        }

        _product = new PinnedFloats(checked(maxBatch * Math.Max(_widths[0], _units)));
        _carry = new PinnedFloats(maxBatch * _units);
    }

    internal void Forward(float* parameters, in RecurrentWindow window)
    {
        var (steps, batch) = (window.Steps, window.Batch);
        var first = First(parameters);
        var width = _widths[0];
        MatrixKernels.Multiply(
            Input(window), InputStride, 1, first, parameters + _biases[0], _linear[0].Pointer, steps * batch, _inputs, width);
        for (var step = 0; step < steps; step++)
        {
            var before = window.States + ((nint)step * batch * _stateSize) + _offset;
            MatrixKernels.Multiply(before, _stateSize, 1, first + (_inputs * width), null, _product.Pointer, batch, _units, width);
            GradientKernels.AddScaled(_product.Pointer, 1, Row(_linear[0], step * batch, width), batch * width);
            for (var i = 0; i < _active.Length; i++)
            {
                var active = Row(_active[i], step * batch, _widths[i]);
                ActivationKernels.Forward(_activation, Row(_linear[i], step * batch, _widths[i]), active, batch * _widths[i]);
                MatrixKernels.Multiply(
                    active, _widths[i], 1, parameters + _weights[i + 1], parameters + _biases[i + 1],
                    Row(_linear[i + 1], step * batch, _widths[i + 1]), batch, _widths[i], _widths[i + 1]);
            }

            for (var sample = 0; sample < batch; sample++)
            {
                var row = (step * batch) + sample;
                var heads = Row(_linear[^1], row, _headWidth);
                var after = window.States + (((nint)row + batch) * _stateSize) + _offset;
                var elapsed = ElapsedRange.Clamp(window.Elapsed[row]);
                if (_mode == CfcMode.Pure)
                {
                    Solution(parameters, heads, elapsed, after);
                }
                else
                {
                    Gate(heads, elapsed, after);
                }
            }
        }
    }

    /// <summary>
    /// Back through the window. The gradient by what the layer has seen of the state of the same step is added to that state's.
    /// </summary>
    internal void Backward(float* parameters, float* gradient, in RecurrentWindow window, float* stateGradient)
    {
        var (steps, batch) = (window.Steps, window.Batch);
        var first = First(parameters);
        GradientKernels.Transpose(first + (_inputs * _widths[0]), _transposed[0].Pointer, _units, _widths[0]);
        for (var i = 1; i < _widths.Length; i++)
        {
            GradientKernels.Transpose(parameters + _weights[i], _transposed[i].Pointer, _widths[i - 1], _widths[i]);
        }

        if (_mode == CfcMode.Pure)
        {
            new Span<float>(gradient + _decay, _units).Clear();
            new Span<float>(gradient + _level, _units).Clear();
        }

        _carry.Span[..(batch * _units)].Clear();
        for (var step = steps - 1; step >= 0; step--)
        {
            for (var sample = 0; sample < batch; sample++)
            {
                var row = (step * batch) + sample;
                var heads = Row(_linear[^1], row, _headWidth);
                var direct = stateGradient + ((nint)row * _stateSize) + _offset;
                var carry = _carry.Pointer + ((nint)sample * _units);
                var elapsed = ElapsedRange.Clamp(window.Elapsed[row]);
                if (_mode == CfcMode.Pure)
                {
                    SolutionBack(parameters, gradient, heads, elapsed, direct, carry);
                }
                else
                {
                    GateBack(heads, elapsed, direct, carry);
                }
            }

            for (var i = _active.Length - 1; i >= 0; i--)
            {
                var delta = Row(_deltas[i], step * batch, _widths[i]);
                MatrixKernels.Multiply(
                    Row(Delta(i + 1), step * batch, _widths[i + 1]), _widths[i + 1], 1, _transposed[i + 1].Pointer, null, delta, batch,
                    _widths[i + 1], _widths[i]);
                ActivationKernels.Backward(
                    _activation, Row(_linear[i], step * batch, _widths[i]), Row(_active[i], step * batch, _widths[i]), delta,
                    batch * _widths[i]);
            }

            if (step > 0)
            {
                MatrixKernels.Multiply(
                    Row(Delta(0), step * batch, _widths[0]), _widths[0], 1, _transposed[0].Pointer, null, _carry.Pointer, batch, _widths[0],
                    _units);
            }
        }

        WeightGradients(gradient, window);
        InputGradient(first, window, stateGradient);
    }

    private nint InputStride => _inputOffset < 0 ? _inputs : _stateSize;

    private static float* Row(PinnedFloats rows, int row, int width) => rows.Pointer + ((nint)row * width);

    /// <summary>The network's inputs, or a part of the states after each step.</summary>
    private float* Input(in RecurrentWindow window) =>
        _inputOffset < 0 ? window.Inputs : window.States + ((nint)window.Batch * _stateSize) + _inputOffset;

    /// <summary>The gradient by what comes out of a linear layer.</summary>
    private PinnedFloats Delta(int layer) => layer < _deltas.Length ? _deltas[layer] : _linear[^1];

    /// <summary>The first linear layer's weights, with what is masked set to zero.</summary>
    private float* First(float* parameters)
    {
        if (_masked is null)
        {
            return parameters + _weights[0];
        }

        for (var i = 0; i < _mask!.Length; i++)
        {
            _masked.Pointer[i] = parameters[_weights[0] + i] * _mask[i];
        }

        return _masked.Pointer;
    }

    private void WeightGradients(float* gradient, in RecurrentWindow window)
    {
        var rows = window.Steps * window.Batch;
        var width = _widths[0];
        var weight = gradient + _weights[0];
        MatrixKernels.Multiply(Input(window), 1, InputStride, Delta(0).Pointer, null, weight, _inputs, rows, width);
        MatrixKernels.Multiply(
            window.States + _offset, 1, _stateSize, Delta(0).Pointer, null, weight + (_inputs * width), _units, rows, width);
        if (_mask is not null)
        {
            for (var i = 0; i < _mask.Length; i++)
            {
                weight[i] *= _mask[i];
            }
        }

        GradientKernels.SumRows(Delta(0).Pointer, gradient + _biases[0], rows, width);
        for (var i = 1; i < _widths.Length; i++)
        {
            MatrixKernels.Multiply(
                _active[i - 1].Pointer, 1, _widths[i - 1], Delta(i).Pointer, null, gradient + _weights[i], _widths[i - 1], rows, _widths[i]);
            GradientKernels.SumRows(Delta(i).Pointer, gradient + _biases[i], rows, _widths[i]);
        }
    }

    private void InputGradient(float* first, in RecurrentWindow window, float* stateGradient)
    {
        if (_inputTransposed is null)
        {
            return;
        }

        var rows = window.Steps * window.Batch;
        GradientKernels.Transpose(first, _inputTransposed.Pointer, _inputs, _widths[0]);
        MatrixKernels.Multiply(
            Delta(0).Pointer, _widths[0], 1, _inputTransposed.Pointer, null, _inputGradient!.Pointer, rows, _widths[0], _inputs);
        for (var row = 0; row < rows; row++)
        {
            GradientKernels.AddScaled(
                Row(_inputGradient, row, _inputs), 1, stateGradient + ((nint)row * _stateSize) + _inputOffset, _inputs);
        }
    }

    /// <summary>One step of one sample; f1, f2 and T replace what came out of the heads.</summary>
    private void Gate(float* heads, float elapsed, float* after)
    {
        var noGate = _mode == CfcMode.NoGate;
        var j = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var wideElapsed = Vector512.Create(elapsed);
            for (; j + (2 * Lanes) <= _units; j += 2 * Lanes)
            {
                var f1 = VectorMath.Tanh(Vector512.Load(heads + j));
                var f2 = VectorMath.Tanh(Vector512.Load(heads + _units + j));
                var time = VectorMath.Sigmoid(Vector512.FusedMultiplyAdd(
                    Vector512.Load(heads + (2 * _units) + j), wideElapsed, Vector512.Load(heads + (3 * _units) + j)));
                f1.Store(heads + j);
                f2.Store(heads + _units + j);
                time.Store(heads + (2 * _units) + j);
                Vector512.FusedMultiplyAdd(time, noGate ? f2 : f2 - f1, f1).Store(after + j);
            }
        }

        var elapsedTimes = Vector256.Create(elapsed);
        for (; j < _units; j += Lanes)
        {
            var count = Math.Min(Lanes, _units - j);
            var f1 = VectorMath.Tanh(Parts.Load(heads + j, count));
            var f2 = VectorMath.Tanh(Parts.Load(heads + _units + j, count));
            var time = VectorMath.Sigmoid(Vector256.FusedMultiplyAdd(
                Parts.Load(heads + (2 * _units) + j, count), elapsedTimes, Parts.Load(heads + (3 * _units) + j, count)));
            Parts.Store(f1, heads + j, count);
            Parts.Store(f2, heads + _units + j, count);
            Parts.Store(time, heads + (2 * _units) + j, count);
            Parts.Store(Vector256.FusedMultiplyAdd(time, noGate ? f2 : f2 - f1, f1), after + j, count);
        }
    }

    /// <summary>One step of one sample going back: f1, f2 and T are replaced by the gradients by what came out of the four heads.</summary>
    private void GateBack(float* heads, float elapsed, float* direct, float* carry)
    {
        var noGate = _mode == CfcMode.NoGate;
        var j = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var wideOne = Vector512<float>.One;
            var wideElapsed = Vector512.Create(elapsed);
            for (; j + (2 * Lanes) <= _units; j += 2 * Lanes)
            {
                var f1 = Vector512.Load(heads + j);
                var f2 = Vector512.Load(heads + _units + j);
                var time = Vector512.Load(heads + (2 * _units) + j);
                var d = Vector512.Load(direct + j) + Vector512.Load(carry + j);
                var db = d * (noGate ? f2 : f2 - f1) * time * (wideOne - time);
                ((noGate ? d : d * (wideOne - time)) * (wideOne - (f1 * f1))).Store(heads + j);
                (d * time * (wideOne - (f2 * f2))).Store(heads + _units + j);
                (db * wideElapsed).Store(heads + (2 * _units) + j);
                db.Store(heads + (3 * _units) + j);
            }
        }

        var one = Vector256<float>.One;
        var elapsedTimes = Vector256.Create(elapsed);
        for (; j < _units; j += Lanes)
        {
            var count = Math.Min(Lanes, _units - j);
            var f1 = Parts.Load(heads + j, count);
            var f2 = Parts.Load(heads + _units + j, count);
            var time = Parts.Load(heads + (2 * _units) + j, count);
            var d = Parts.Load(direct + j, count) + Parts.Load(carry + j, count);
            var d1 = (noGate ? d : d * (one - time)) * (one - (f1 * f1));
            var d2 = d * time * (one - (f2 * f2));
            var db = d * (noGate ? f2 : f2 - f1) * time * (one - time);
            Parts.Store(d1, heads + j, count);
            Parts.Store(d2, heads + _units + j, count);
            Parts.Store(db * elapsedTimes, heads + (2 * _units) + j, count);
            Parts.Store(db, heads + (3 * _units) + j, count);
        }
    }

    /// <summary>One step of one sample in closed form: A - A e^(-t (|w_tau| + |f|)) f.</summary>
    private void Solution(float* parameters, float* f, float elapsed, float* after)
    {
        for (var j = 0; j < _units; j += Lanes)
        {
            var count = Math.Min(Lanes, _units - j);
            var value = Parts.Load(f + j, count);
            var level = Parts.Load(parameters + _level + j, count);
            var decay = Decay(value, Parts.Load(parameters + _decay + j, count), elapsed);
            Parts.Store(Vector256.FusedMultiplyAdd(-level * decay, value, level), after + j, count);
        }
    }

    /// <summary>One step of one sample going back: f is replaced by its gradient; those of w_tau and A are added.</summary>
    private void SolutionBack(float* parameters, float* gradient, float* f, float elapsed, float* direct, float* carry)
    {
        var one = Vector256<float>.One;
        var elapsedTimes = Vector256.Create(elapsed);
        for (var j = 0; j < _units; j += Lanes)
        {
            var count = Math.Min(Lanes, _units - j);
            var value = Parts.Load(f + j, count);
            var level = Parts.Load(parameters + _level + j, count);
            var tau = Parts.Load(parameters + _decay + j, count);
            var decay = Decay(value, tau, elapsed);
            var d = Parts.Load(direct + j, count) + Parts.Load(carry + j, count);
            var e = -d * level * decay;
            Parts.Store(Parts.Load(gradient + _level + j, count) + (d * (one - (decay * value))), gradient + _level + j, count);
            var byTau = -e * elapsedTimes * value * Sign(tau);
            Parts.Store(Parts.Load(gradient + _decay + j, count) + byTau, gradient + _decay + j, count);
            Parts.Store(e * (one - (elapsedTimes * Vector256.Abs(value))), f + j, count);
        }
    }

    private static Vector256<float> Decay(Vector256<float> f, Vector256<float> tau, float elapsed) =>
        VectorMath.Exp(Vector256.Create(-elapsed) * (Vector256.Abs(tau) + Vector256.Abs(f)));

    /// <summary>-1, 0 or 1: the slope of |x|, which counts as 0 at 0.</summary>
    private static Vector256<float> Sign(Vector256<float> x) =>
        (Vector256.GreaterThan(x, Vector256<float>.Zero) & Vector256<float>.One)
        - (Vector256.LessThan(x, Vector256<float>.Zero) & Vector256<float>.One);
}

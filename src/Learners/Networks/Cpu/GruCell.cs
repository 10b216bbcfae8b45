using System.Runtime.Intrinsics;
using StreamLearn.Learners.Networks.Kernels;

namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>
/// The gated recurrent unit's arithmetic; see <see cref="GruArchitecture"/> for the equations. What the inputs contribute to the gates is one
/// matrix product over the whole window, and so are the weights' gradients; only what goes through the state is done step by step.
/// </summary>
internal sealed unsafe class GruCell : IRecurrentCell
{
    private const int Lanes = 8;

    private readonly int _inputs;
    private readonly int _units;
    private readonly ParameterBlock _inputWeight;
    private readonly ParameterBlock _stateWeight;
    private readonly ParameterBlock _inputBias;
    private readonly ParameterBlock _stateBias;

    // [steps, batch, 3 units]: r, z, n after their activations; going back, the gradients by what went into those.
    private readonly PinnedFloats _gates;

    // [steps, batch, 3 units]: h U + c for each; going back, the gradients by that.
    private readonly PinnedFloats _stateParts;
    private readonly PinnedFloats _transposed;
    private readonly PinnedFloats _carry;
    private readonly PinnedFloats _product;

    internal GruCell(GruArchitecture architecture, int maxSteps, int maxBatch)
    {
        _inputs = architecture.Inputs;
        _units = architecture.StateSize;
        _inputWeight = architecture.Layout[GruArchitecture.InputWeight];
        _stateWeight = architecture.Layout[GruArchitecture.StateWeight];
        _inputBias = architecture.Layout[GruArchitecture.InputBias];
        _stateBias = architecture.Layout[GruArchitecture.StateBias];
        var rows = checked(maxSteps * maxBatch);
        _gates = new PinnedFloats(checked(rows * 3 * _units));
        _stateParts = new PinnedFloats(rows * 3 * _units);
        _transposed = new PinnedFloats(_stateWeight.Length);
        _carry = new PinnedFloats(maxBatch * _units);
        _product = new PinnedFloats(maxBatch * _units);
    }

    public void Forward(float* parameters, in RecurrentWindow window)
    {
        var (steps, batch) = (window.Steps, window.Batch);
        MatrixKernels.Multiply(
            window.Inputs, _inputs, 1, parameters + _inputWeight.Offset, parameters + _inputBias.Offset, _gates.Pointer, steps * batch, _inputs,
            3 * _units);
        for (var step = 0; step < steps; step++)
        {
            var before = window.States + ((nint)step * batch * _units);
            var after = before + ((nint)batch * _units);
            var gates = _gates.Pointer + ((nint)step * batch * 3 * _units);
            var parts = _stateParts.Pointer + ((nint)step * batch * 3 * _units);
            MatrixKernels.Multiply(
                before, _units, 1, parameters + _stateWeight.Offset, parameters + _stateBias.Offset, parts, batch, _units, 3 * _units);
            for (var sample = 0; sample < batch; sample++)
            {
                Gate(gates, parts, before, after);
                gates += 3 * _units;
                parts += 3 * _units;
                before += _units;
                after += _units;
            }
        }
    }

    public void Backward(float* parameters, float* gradient, in RecurrentWindow window, float* stateGradient)
    {
        var (steps, batch) = (window.Steps, window.Batch);
        GradientKernels.Transpose(parameters + _stateWeight.Offset, _transposed.Pointer, _units, 3 * _units);
        _carry.Span[..(batch * _units)].Clear();
        for (var step = steps - 1; step >= 0; step--)
        {
            var before = window.States + ((nint)step * batch * _units);
            var gates = _gates.Pointer + ((nint)step * batch * 3 * _units);
            var parts = _stateParts.Pointer + ((nint)step * batch * 3 * _units);
            var direct = stateGradient + ((nint)step * batch * _units);
            for (var sample = 0; sample < batch; sample++)
            {
                GateBackward(
                    gates + ((nint)sample * 3 * _units), parts + ((nint)sample * 3 * _units), before + ((nint)sample * _units),
                    direct + ((nint)sample * _units), _carry.Pointer + ((nint)sample * _units));
            }

            if (step > 0)
            {
                MatrixKernels.Multiply(parts, 3 * _units, 1, _transposed.Pointer, null, _product.Pointer, batch, 3 * _units, _units);
                GradientKernels.AddScaled(_product.Pointer, 1, _carry.Pointer, batch * _units);
            }
        }

        var rows = steps * batch;
        MatrixKernels.Multiply(
            window.Inputs, 1, _inputs, _gates.Pointer, null, gradient + _inputWeight.Offset, _inputs, rows, 3 * _units);
        MatrixKernels.Multiply(
            window.States, 1, _units, _stateParts.Pointer, null, gradient + _stateWeight.Offset, _units, rows, 3 * _units);
        GradientKernels.SumRows(_gates.Pointer, gradient + _inputBias.Offset, rows, 3 * _units);
        GradientKernels.SumRows(_stateParts.Pointer, gradient + _stateBias.Offset, rows, 3 * _units);
    }

    /// <summary>One step of one sample; the gates replace what the inputs contributed to them.</summary>
    private void Gate(float* gates, float* parts, float* before, float* after)
    {
        for (var j = 0; j < _units; j += Lanes)
        {
            var count = Math.Min(Lanes, _units - j);
            var r = VectorMath.Sigmoid(Parts.Load(gates + j, count) + Parts.Load(parts + j, count));
            var z = VectorMath.Sigmoid(Parts.Load(gates + _units + j, count) + Parts.Load(parts + _units + j, count));
            var n = VectorMath.Tanh(Vector256.FusedMultiplyAdd(
                r, Parts.Load(parts + (2 * _units) + j, count), Parts.Load(gates + (2 * _units) + j, count)));
            Parts.Store(r, gates + j, count);
            Parts.Store(z, gates + _units + j, count);
            Parts.Store(n, gates + (2 * _units) + j, count);
            Parts.Store(Vector256.FusedMultiplyAdd(z, Parts.Load(before + j, count) - n, n), after + j, count);
        }
    }

    /// <summary>One step of one sample going back: gates and state parts are replaced by their gradients, the carry by what goes past the gates.</summary>
    private void GateBackward(float* gates, float* parts, float* before, float* direct, float* carry)
    {
        var one = Vector256<float>.One;
        for (var j = 0; j < _units; j += Lanes)
        {
            var count = Math.Min(Lanes, _units - j);
            var r = Parts.Load(gates + j, count);
            var z = Parts.Load(gates + _units + j, count);
            var n = Parts.Load(gates + (2 * _units) + j, count);
            var d = Parts.Load(direct + j, count) + Parts.Load(carry + j, count);
            var dn = d * (one - z) * (one - (n * n));
            var dz = d * (Parts.Load(before + j, count) - n) * z * (one - z);
            var dr = dn * Parts.Load(parts + (2 * _units) + j, count) * r * (one - r);
            Parts.Store(dr, gates + j, count);
            Parts.Store(dz, gates + _units + j, count);
            Parts.Store(dn, gates + (2 * _units) + j, count);
            Parts.Store(dr, parts + j, count);
            Parts.Store(dz, parts + _units + j, count);
            Parts.Store(dn * r, parts + (2 * _units) + j, count);
            Parts.Store(d * z, carry + j, count);
        }
    }
}

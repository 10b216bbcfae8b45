using System.Runtime.Intrinsics;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Kernels;

namespace StreamLearn.Learners.Liquid.Cpu;

/// <summary>
/// The liquid time-constant cell's arithmetic; see <see cref="LtcArchitecture"/> for the equations. Neurons stand in the order of how many
/// synapses come to them, so that slices of eight are full; states before and after each solver step are the tape.
/// </summary>
internal sealed unsafe class LtcCell : IRecurrentCell
{
    private const int Lanes = 8;

    private readonly int _inputs;
    private readonly int _units;
    private readonly int _width;
    private readonly int _unfolds;
    private readonly int _leak;
    private readonly int _leakPotential;
    private readonly int _capacitance;
    private readonly int _inputWeight;
    private readonly int _inputBias;
    private readonly int[] _order;
    private readonly SynapseTable _neurons;
    private readonly SynapseTable _sensory;

    // By place, of this window's parameters: values after softplus and their derivatives.
    private readonly PinnedFloats _leakValue;
    private readonly PinnedFloats _leakSlope;
    private readonly PinnedFloats _capacitanceValue;
    private readonly PinnedFloats _capacitanceSlope;
    private readonly PinnedFloats _potential;
    private readonly PinnedFloats _leakGradient;
    private readonly PinnedFloats _capacitanceGradient;
    private readonly PinnedFloats _potentialGradient;

    // The tape: mapped inputs [steps, batch, inputs], states [steps, batch, unfolds + 1, width], denominators [steps, batch, unfolds, width].
    private readonly PinnedFloats _mapped;
    private readonly PinnedFloats _states;
    private readonly PinnedFloats _denominators;

    // [width] each, but for the carry [batch, width].
    private readonly PinnedFloats _current;
    private readonly PinnedFloats _conductance;
    private readonly PinnedFloats _currentGradient;
    private readonly PinnedFloats _conductanceGradient;
    private readonly PinnedFloats _sensoryCurrentGradient;
    private readonly PinnedFloats _sensoryConductanceGradient;
    private readonly PinnedFloats _inputGradient;
    private readonly PinnedFloats _carry;

    internal LtcCell(LtcArchitecture architecture, int maxSteps, int maxBatch)
    {
        var (layout, wiring) = (architecture.Layout, architecture.Wiring);
        _inputs = architecture.Inputs;
        _units = architecture.StateSize;
        _unfolds = architecture.Unfolds;
        _leak = layout[LtcArchitecture.Leak].Offset;
        _leakPotential = layout[LtcArchitecture.LeakPotential].Offset;
        _capacitance = layout[LtcArchitecture.Capacitance].Offset;
        _inputWeight = layout[LtcArchitecture.InputWeight].Offset;
        _inputBias = layout[LtcArchitecture.InputBias].Offset;
        _order = Order(wiring);
        var placeOf = new int[_units];
        for (var place = 0; place < _units; place++)
        {
            placeOf[_order[place]] = place;
        }

        _neurons = new SynapseTable(layout, Synapses.Neurons, wiring.Adjacency, _order, placeOf);
        _sensory = new SynapseTable(layout, Synapses.Sensory, wiring.SensoryAdjacency, _order, [.. Enumerable.Range(0, _inputs)]);
        _width = _neurons.Slices * Lanes;
        var rows = checked(maxSteps * maxBatch);
        _mapped = new PinnedFloats(checked(rows * _inputs));
        _states = new PinnedFloats(checked(rows * (_unfolds + 1) * _width));
        _denominators = new PinnedFloats(checked(rows * _unfolds * _width));
        _carry = new PinnedFloats(maxBatch * _width);
        _inputGradient = new PinnedFloats(_inputs);
        _leakValue = new PinnedFloats(_width);
        _leakSlope = new PinnedFloats(_width);
        _capacitanceValue = new PinnedFloats(_width);
        _capacitanceSlope = new PinnedFloats(_width);
        _potential = new PinnedFloats(_width);
        _leakGradient = new PinnedFloats(_width);
        _capacitanceGradient = new PinnedFloats(_width);
        _potentialGradient = new PinnedFloats(_width);
        _current = new PinnedFloats(_width);
        _conductance = new PinnedFloats(_width);
        _currentGradient = new PinnedFloats(_width);
        _conductanceGradient = new PinnedFloats(_width);
        _sensoryCurrentGradient = new PinnedFloats(_width);
        _sensoryConductanceGradient = new PinnedFloats(_width);
    }

    public void Forward(float* parameters, in RecurrentWindow window)
    {
        Take(parameters);
        var rows = window.Steps * window.Batch;
        for (var row = 0; row < rows; row++)
        {
            var mapped = _mapped.Pointer + ((nint)row * _inputs);
            for (var i = 0; i < _inputs; i++)
            {
                mapped[i] = MathF.FusedMultiplyAdd(
                    window.Inputs[((nint)row * _inputs) + i], parameters[_inputWeight + i], parameters[_inputBias + i]);
            }

            var before = window.States + ((nint)row * _units);
            var after = before + ((nint)window.Batch * _units);
            var state = StateOf(row);
            Gather(before, state);
            Solve(mapped, Rate(window.Elapsed[row]), state, _denominators.Pointer + ((nint)row * _unfolds * _width));
            Scatter(state + (_unfolds * _width), after);
        }
    }

    public void Backward(float* parameters, float* gradient, in RecurrentWindow window, float* stateGradient)
    {
        _neurons.ClearGradients();
        _sensory.ClearGradients();
        _leakGradient.Span.Clear();
        _capacitanceGradient.Span.Clear();
        _potentialGradient.Span.Clear();
        _carry.Span.Clear();
        new Span<float>(gradient + _inputWeight, _inputs).Clear();
        new Span<float>(gradient + _inputBias, _inputs).Clear();
        for (var row = (window.Steps * window.Batch) - 1; row >= 0; row--)
        {
            var carry = _carry.Pointer + ((nint)(row % window.Batch) * _width);
            var direct = stateGradient + ((nint)row * _units);
            for (var place = 0; place < _units; place++)
            {
                carry[place] += direct[_order[place]];
            }

            SolveBack(row, Rate(window.Elapsed[row]), carry);
            _inputGradient.Span.Clear();
            var mapped = _mapped.Pointer + ((nint)row * _inputs);
            _sensory.Back(mapped, _sensoryCurrentGradient.Pointer, _sensoryConductanceGradient.Pointer, _inputGradient.Pointer);
            for (var i = 0; i < _inputs; i++)
            {
                gradient[_inputWeight + i] += _inputGradient.Pointer[i] * window.Inputs[((nint)row * _inputs) + i];
                gradient[_inputBias + i] += _inputGradient.Pointer[i];
            }
        }

        _neurons.Give(gradient, _units * _units);
        _sensory.Give(gradient, _inputs * _units);
        for (var place = 0; place < _units; place++)
        {
            var neuron = _order[place];
            gradient[_leak + neuron] = _leakGradient.Pointer[place] * _leakSlope.Pointer[place];
            gradient[_capacitance + neuron] = _capacitanceGradient.Pointer[place] * _capacitanceSlope.Pointer[place];
            gradient[_leakPotential + neuron] = _potentialGradient.Pointer[place] * _leakValue.Pointer[place];
        }
    }

    private static int[] Order(NcpWiring wiring)
    {
        var units = wiring.Units;
        var (fromNeurons, fromInputs) = (new int[units], new int[units]);
        for (var neuron = 0; neuron < units; neuron++)
        {
            for (var source = 0; source < units; source++)
            {
                fromNeurons[neuron] += Math.Abs(wiring.Adjacency[(source * units) + neuron]);
            }

            for (var source = 0; source < wiring.Inputs; source++)
            {
                fromInputs[neuron] += Math.Abs(wiring.SensoryAdjacency[(source * units) + neuron]);
            }
        }

        return
        [
            .. Enumerable.Range(0, units)
                .OrderByDescending(neuron => fromNeurons[neuron]).ThenByDescending(neuron => fromInputs[neuron]).ThenBy(neuron => neuron),
        ];
    }

    /// <summary>What cm is multiplied by: solver steps for each unit of time.</summary>
    private float Rate(float elapsed) => _unfolds / ElapsedRange.Clamp(elapsed);

    private float* StateOf(int row) => _states.Pointer + ((nint)row * (_unfolds + 1) * _width);

    private void Take(float* parameters)
    {
        _neurons.Take(parameters);
        _sensory.Take(parameters);
        Gather(parameters + _leak, _leakValue.Pointer);
        Gather(parameters + _capacitance, _capacitanceValue.Pointer);
        Gather(parameters + _leakPotential, _potential.Pointer);
        for (var j = 0; j < _width; j += Lanes)
        {
            Positive(_leakValue.Pointer + j, _leakSlope.Pointer + j);
            Positive(_capacitanceValue.Pointer + j, _capacitanceSlope.Pointer + j);
        }
    }

    private static void Positive(float* value, float* slope)
    {
        var raw = Vector256.Load(value);
        VectorMath.Sigmoid(raw).Store(slope);
        VectorMath.Softplus(raw).Store(value);
    }

    /// <summary>From the order of the neurons to that of the places. Places after the last neuron are zero from the start and stay so.</summary>
    private void Gather(float* byNeuron, float* byPlace)
    {
        for (var place = 0; place < _units; place++)
        {
            byPlace[place] = byNeuron[_order[place]];
        }

        for (var place = _units; place < _width; place++)
        {
            byPlace[place] = 0;
        }
    }

    private void Scatter(float* byPlace, float* byNeuron)
    {
        for (var place = 0; place < _units; place++)
        {
            byNeuron[_order[place]] = byPlace[place];
        }
    }

    /// <summary>One step of one sample: fills the tape's states from the second on.</summary>
    private void Solve(float* mapped, float rate, float* state, float* denominators)
    {
        var rates = Vector256.Create(rate);
        for (var slice = 0; slice < _neurons.Slices; slice++)
        {
            var j = slice * Lanes;
            var leak = Vector256.Load(_leakValue.Pointer + j);
            var current = leak * Vector256.Load(_potential.Pointer + j);
            var conductance = Vector256<float>.Zero;
            _sensory.Add(slice, mapped, ref current, ref conductance);
            current.Store(_current.Pointer + j);
            (conductance + leak + (Vector256.Load(_capacitanceValue.Pointer + j) * rates) + Vector256.Create(LtcArchitecture.Epsilon))
                .Store(_conductance.Pointer + j);
        }

        for (var unfold = 0; unfold < _unfolds; unfold++)
        {
            var after = state + _width;
            for (var slice = 0; slice < _neurons.Slices; slice++)
            {
                var j = slice * Lanes;
                var numerator = Vector256.FusedMultiplyAdd(
                    Vector256.Load(_capacitanceValue.Pointer + j) * rates, Vector256.Load(state + j), Vector256.Load(_current.Pointer + j));
                var denominator = Vector256.Load(_conductance.Pointer + j);
                _neurons.Add(slice, state, ref numerator, ref denominator);
                denominator.Store(denominators + j);
                (numerator / denominator).Store(after + j);
            }

            state = after;
            denominators += _width;
        }
    }

    /// <summary>
    /// Back through one step of one sample. With v' = n / d: the gradient by n is q = dv' / d, that by d is -q v'.
    /// </summary>
    /// <param name="row">Which.</param>
    /// <param name="rate">Solver steps for each unit of time.</param>
    /// <param name="carry">The gradient by the state after the step; becomes that by the state before.</param>
    private void SolveBack(int row, float rate, float* carry)
    {
        var rates = Vector256.Create(rate);
        _sensoryCurrentGradient.Span.Clear();
        _sensoryConductanceGradient.Span.Clear();
        var after = StateOf(row) + (_unfolds * _width);
        var denominators = _denominators.Pointer + ((((nint)row * _unfolds) + _unfolds - 1) * _width);
        for (var unfold = _unfolds - 1; unfold >= 0; unfold--, after -= _width, denominators -= _width)
        {
            var before = after - _width;
            for (var j = 0; j < _width; j += Lanes)
            {
                var next = Vector256.Load(after + j);
                var q = Vector256.Load(carry + j) / Vector256.Load(denominators + j);
                var open = -q * next;
                q.Store(_currentGradient.Pointer + j);
                open.Store(_conductanceGradient.Pointer + j);
                Add(_sensoryCurrentGradient.Pointer + j, q);
                Add(_sensoryConductanceGradient.Pointer + j, open);
                Add(_capacitanceGradient.Pointer + j, q * (Vector256.Load(before + j) - next) * rates);
                Add(_leakGradient.Pointer + j, q * (Vector256.Load(_potential.Pointer + j) - next));
                Add(_potentialGradient.Pointer + j, q);
                (q * Vector256.Load(_capacitanceValue.Pointer + j) * rates).Store(carry + j);
            }

            _neurons.Back(before, _currentGradient.Pointer, _conductanceGradient.Pointer, carry);
        }
    }

    private static void Add(float* sum, Vector256<float> value) => (Vector256.Load(sum) + value).Store(sum);
}

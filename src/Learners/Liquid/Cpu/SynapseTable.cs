using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Kernels;

namespace StreamLearn.Learners.Liquid.Cpu;

/// <summary>
/// The synapses that there are, eight targets abreast: each slice is eight targets, each of its slots one synapse for each of them
/// (the sliced ELLPACK form of a sparse matrix, Monakov et al. 2010). Sums by target are then sums by lane, and only what exists is computed.
/// </summary>
/// <remarks>
/// A lane that has fewer synapses than its slice has slots is filled up with synapses of weight 0. Where all targets have all sources, which is
/// what full wiring makes, a slot has one source, and gathering it is a broadcast.
/// </remarks>
internal sealed unsafe class SynapseTable
{
    private const int Lanes = 8;

    private readonly int _sources;
    private readonly bool _uniform;
    private readonly int[] _starts;
    private readonly int[] _sourceOf;
    private readonly int* _sourcePointer;

    // The lanes of each source's synapses, and where its value is to be found.
    private readonly int[][] _outgoing;
    private readonly int[] _sourcePlace;

    // The gradient by the source's value of each lane's synapse.
    private readonly PinnedFloats _flow;

    // Place of each lane's synapse in the dense blocks [sources, units]; -1: there is none.
    private readonly int[] _placeOf;
    private readonly int _weightBlock;
    private readonly int _slopeBlock;
    private readonly int _centerBlock;
    private readonly int _reversalBlock;
    private readonly int _length;

    // ln(1 + e^p) of the weight, and its derivative.
    private readonly PinnedFloats _weight;
    private readonly PinnedFloats _weightSlope;
    private readonly PinnedFloats _slope;
    private readonly PinnedFloats _center;
    private readonly PinnedFloats _reversal;
    private readonly PinnedFloats _weightGradient;
    private readonly PinnedFloats _slopeGradient;
    private readonly PinnedFloats _shiftGradient;
    private readonly PinnedFloats _reversalGradient;

    /// <param name="layout">Where the dense blocks lie.</param>
    /// <param name="names">Theirs.</param>
    /// <param name="signs">[sources, units]: where there is a synapse.</param>
    /// <param name="order">The neuron that stands at each place among the targets.</param>
    /// <param name="sourcePlace">Where each source's value is to be found.</param>
    internal SynapseTable(ParameterLayout layout, Synapses names, ReadOnlySpan<sbyte> signs, int[] order, int[] sourcePlace)
    {
        var units = order.Length;
        _sources = sourcePlace.Length;
        Slices = (units + Lanes - 1) / Lanes;
        _starts = new int[Slices + 1];
        var incoming = new List<int>[units];
        for (var target = 0; target < units; target++)
        {
            incoming[target] = [];
            for (var source = 0; source < _sources; source++)
            {
                if (signs[(source * units) + order[target]] != 0)
                {
                    incoming[target].Add(source);
                }
            }

            var slice = target / Lanes;
            _starts[slice + 1] = Math.Max(_starts[slice + 1], incoming[target].Count);
        }

        _uniform = incoming.All(sources => sources.Count == _sources);
        for (var slice = 0; slice < Slices; slice++)
        {
            _starts[slice + 1] += _starts[slice];
        }

        _length = _starts[Slices] * Lanes;
        _sourceOf = GC.AllocateArray<int>(Math.Max(_length, 1), pinned: true);
        _sourcePointer = (int*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_sourceOf));
        _placeOf = new int[_length];
        Array.Fill(_placeOf, -1);
        _sourcePlace = sourcePlace;
        _flow = new PinnedFloats(_length);
        var outgoing = Enumerable.Range(0, _sources).Select(_ => new List<int>()).ToArray();
        for (var target = 0; target < units; target++)
        {
            for (var slot = 0; slot < incoming[target].Count; slot++)
            {
                var at = ((_starts[target / Lanes] + slot) * Lanes) + (target % Lanes);
                _sourceOf[at] = sourcePlace[incoming[target][slot]];
                outgoing[incoming[target][slot]].Add(at);
                _placeOf[at] = (incoming[target][slot] * units) + order[target];
            }
        }

        _outgoing = [.. outgoing.Select(lanes => lanes.ToArray())];
        _weightBlock = layout[names.Weight].Offset;
        _slopeBlock = layout[names.Slope].Offset;
        _centerBlock = layout[names.Center].Offset;
        _reversalBlock = layout[names.Reversal].Offset;
        _weight = new PinnedFloats(_length);
        _weightSlope = new PinnedFloats(_length);
        _slope = new PinnedFloats(_length);
        _center = new PinnedFloats(_length);
        _reversal = new PinnedFloats(_length);
        _weightGradient = new PinnedFloats(_length);
        _slopeGradient = new PinnedFloats(_length);
        _shiftGradient = new PinnedFloats(_length);
        _reversalGradient = new PinnedFloats(_length);
    }

    /// <summary>Eights of targets.</summary>
    internal int Slices { get; }

    /// <summary>Takes the parameters of the synapses out of the dense blocks.</summary>
    internal void Take(float* parameters)
    {
        for (var at = 0; at < _length; at++)
        {
            var place = _placeOf[at];
            if (place >= 0)
            {
                _weight.Pointer[at] = parameters[_weightBlock + place];
                _slope.Pointer[at] = parameters[_slopeBlock + place];
                _center.Pointer[at] = parameters[_centerBlock + place];
                _reversal.Pointer[at] = parameters[_reversalBlock + place];
            }
        }

        for (var at = 0; at < _length; at += Lanes)
        {
            var raw = Vector256.Load(_weight.Pointer + at);
            VectorMath.Sigmoid(raw).Store(_weightSlope.Pointer + at);
            VectorMath.Softplus(raw).Store(_weight.Pointer + at);
        }

        for (var at = 0; at < _length; at++)
        {
            if (_placeOf[at] < 0)
            {
                _weight.Pointer[at] = 0;
            }
        }
    }

    /// <summary>Adds Σ a erev and Σ a over the synapses of a slice's eight targets.</summary>
    /// <param name="slice">Which.</param>
    /// <param name="x">The sources' values.</param>
    /// <param name="current">Σ a erev is added.</param>
    /// <param name="conductance">Σ a is added.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int slice, float* x, ref Vector256<float> current, ref Vector256<float> conductance)
    {
        var (sum, open) = (current, conductance);
        var end = _starts[slice + 1] * Lanes;
        float* weight = _weight.Pointer, slope = _slope.Pointer, center = _center.Pointer, reversal = _reversal.Pointer;
        for (var at = _starts[slice] * Lanes; at < end; at += Lanes)
        {
            var gate = VectorMath.Sigmoid(Vector256.Load(slope + at) * (Source(x, at) - Vector256.Load(center + at)));
            var a = Vector256.Load(weight + at) * gate;
            sum = Vector256.FusedMultiplyAdd(a, Vector256.Load(reversal + at), sum);
            open += a;
        }

        (current, conductance) = (sum, open);
    }

    /// <summary>Forgets all gradients.</summary>
    internal void ClearGradients()
    {
        _weightGradient.Span.Clear();
        _slopeGradient.Span.Clear();
        _shiftGradient.Span.Clear();
        _reversalGradient.Span.Clear();
    }

    /// <summary>Goes back through both sums of all slices; gates are computed again, which costs less than to keep them.</summary>
    /// <param name="x">The sources' values, as they went in.</param>
    /// <param name="currentGradient">[8 slices]: by Σ a erev.</param>
    /// <param name="conductanceGradient">[8 slices]: by Σ a.</param>
    /// <param name="xGradient">The gradient by the sources' values is added. Not among the other arguments.</param>
    internal void Back(float* x, float* currentGradient, float* conductanceGradient, float* xGradient)
    {
        if (_uniform)
        {
            for (var slot = 0; slot < _sources; slot++)
            {
                var sum = Vector256<float>.Zero;
                for (var slice = 0; slice < Slices; slice++)
                {
                    sum += BackThrough(slice, ((slice * _sources) + slot) * Lanes, x, currentGradient, conductanceGradient);
                }

                xGradient[_sourcePointer[slot * Lanes]] += MatrixKernels.Sum(sum);
            }

            return;
        }

        // First all synapses, then the sums by source: adding where synapses come from, one by one, would wait for memory.
        for (var slice = 0; slice < Slices; slice++)
        {
            for (var at = _starts[slice] * Lanes; at < _starts[slice + 1] * Lanes; at += Lanes)
            {
                BackThrough(slice, at, x, currentGradient, conductanceGradient).Store(_flow.Pointer + at);
            }
        }

        for (var source = 0; source < _sources; source++)
        {
            var sum = 0f;
            foreach (var at in _outgoing[source])
            {
                sum += _flow.Pointer[at];
            }

            xGradient[_sourcePlace[source]] += sum;
        }
    }

    /// <summary>Writes the gradients into the dense blocks, with zeros where there is no synapse.</summary>
    internal void Give(float* gradient, int dense)
    {
        new Span<float>(gradient + _weightBlock, dense).Clear();
        new Span<float>(gradient + _slopeBlock, dense).Clear();
        new Span<float>(gradient + _centerBlock, dense).Clear();
        new Span<float>(gradient + _reversalBlock, dense).Clear();
        for (var at = 0; at < _length; at++)
        {
            var place = _placeOf[at];
            if (place >= 0)
            {
                gradient[_weightBlock + place] = _weightGradient.Pointer[at] * _weightSlope.Pointer[at];
                gradient[_slopeBlock + place] = _slopeGradient.Pointer[at];
                gradient[_centerBlock + place] = -_shiftGradient.Pointer[at] * _slope.Pointer[at];
                gradient[_reversalBlock + place] = _reversalGradient.Pointer[at] * _weight.Pointer[at];
            }
        }
    }

    /// <summary>One slot: gathers the gradients of its parameters; what is returned is that by its sources' values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> BackThrough(int slice, int at, float* x, float* currentGradient, float* conductanceGradient)
    {
        var current = Vector256.Load(currentGradient + (slice * Lanes));
        var conductance = Vector256.Load(conductanceGradient + (slice * Lanes));
        var slope = Vector256.Load(_slope.Pointer + at);
        var away = Source(x, at) - Vector256.Load(_center.Pointer + at);
        var gate = VectorMath.Sigmoid(slope * away);
        var da = Vector256.FusedMultiplyAdd(current, Vector256.Load(_reversal.Pointer + at), conductance);
        var dz = da * Vector256.Load(_weight.Pointer + at) * gate * (Vector256<float>.One - gate);
        Accumulate(_weightGradient.Pointer + at, da, gate);
        Accumulate(_reversalGradient.Pointer + at, current, gate);
        Accumulate(_slopeGradient.Pointer + at, dz, away);
        (Vector256.Load(_shiftGradient.Pointer + at) + dz).Store(_shiftGradient.Pointer + at);
        return dz * slope;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(float* sum, Vector256<float> a, Vector256<float> b) =>
        Vector256.FusedMultiplyAdd(a, b, Vector256.Load(sum)).Store(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Source(float* x, int at)
    {
        var sources = _sourcePointer + at;
        if (_uniform)
        {
            return Vector256.Create(x[*sources]);
        }

        return Avx2.IsSupported
            ? Avx2.GatherVector256(x, Vector256.Load(sources), sizeof(float))
            : Vector256.Create(
                x[sources[0]], x[sources[1]], x[sources[2]], x[sources[3]], x[sources[4]], x[sources[5]], x[sources[6]], x[sources[7]]);
    }
}

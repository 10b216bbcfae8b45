using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Liquid.Torch;

/// <summary>The liquid time-constant cell on Torch; see <see cref="LtcArchitecture"/> for the equations.</summary>
internal sealed class TorchLtcCell(LtcArchitecture architecture) : ITorchCell
{
    private readonly float[] _mask = Mask(architecture.Wiring.Adjacency);
    private readonly float[] _sensoryMask = Mask(architecture.Wiring.SensoryAdjacency);

    // What is the same in all steps of a window: made by Begin, and gone with its caller's scope.
    private Tensor? _weight;
    private Tensor? _sensoryWeight;
    private Tensor? _leak;
    private Tensor? _leakCurrent;
    private Tensor? _capacitance;

    public void Begin(TorchBlocks blocks)
    {
        _weight = Masked(Softplus(blocks[Synapses.Neurons.Weight]), _mask);
        _sensoryWeight = Masked(Softplus(blocks[Synapses.Sensory.Weight]), _sensoryMask);
        _leak = Softplus(blocks[LtcArchitecture.Leak]);
        _leakCurrent = _leak * blocks[LtcArchitecture.LeakPotential];
        _capacitance = Softplus(blocks[LtcArchitecture.Capacitance]).Times(architecture.Unfolds);
    }

    public Tensor Step(TorchBlocks blocks, Tensor input, Tensor elapsed, Tensor state)
    {
        var u = (input * blocks[LtcArchitecture.InputWeight]).Plus(blocks[LtcArchitecture.InputBias]);
        var (sensoryCurrent, sensory) = Sums(blocks, Synapses.Sensory, _sensoryWeight!, u);
        var c = _capacitance! / ElapsedRange.Clamp(elapsed);
        var current = sensoryCurrent.Plus(_leakCurrent!);
        var conductance = sensory.Plus(_leak!).Plus(c).Plus(LtcArchitecture.Epsilon);
        for (var unfold = 0; unfold < architecture.Unfolds; unfold++)
        {
            var (fromNeurons, open) = Sums(blocks, Synapses.Neurons, _weight!, state);
            state = (c * state).Plus(fromNeurons).Plus(current) / conductance.Plus(open);
        }

        return state;
    }

    /// <summary>Σ a erev and Σ a over the sources x [batch, sources]: [batch, units] each.</summary>
    private static (Tensor Current, Tensor Conductance) Sums(TorchBlocks blocks, Synapses names, Tensor weight, Tensor x)
    {
        var a = weight * sigmoid(blocks[names.Slope] * (x.unsqueeze(2) - blocks[names.Center]));
        return ((a * blocks[names.Reversal]).sum(1), a.sum(1));
    }

    // ln(1 + e^x), without a number.
    private static Tensor Softplus(Tensor x) => nn.functional.logsigmoid(x.neg()).neg();

    private static Tensor Masked(Tensor weight, float[] mask) => weight * tensor(mask, weight.shape, device: weight.device);

    private static float[] Mask(ReadOnlySpan<sbyte> signs)
    {
        var mask = new float[signs.Length];
        for (var i = 0; i < mask.Length; i++)
        {
            mask[i] = Math.Abs(signs[i]);
        }

        return mask;
    }
}

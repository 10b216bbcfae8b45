using System.Diagnostics;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Liquid.Torch;

/// <summary>The closed-form cells on Torch; see <see cref="CfcArchitecture"/> for the equations.</summary>
internal sealed class TorchCfcCell(CfcArchitecture architecture) : ITorchCell
{
    private readonly float[]?[] _masks = [.. architecture.Layers.Select(layer => layer.WeightMask(architecture.Heads))];

    // Of a window: made by Begin, and gone with its caller's scope.
    private readonly Tensor[] _weights = new Tensor[architecture.Layers.Length];

    public void Begin(TorchBlocks blocks)
    {
        for (var i = 0; i < _weights.Length; i++)
        {
            var weight = blocks[architecture.Layers[i].Weight];
            _weights[i] = _masks[i] is { } mask ? weight * tensor(mask, weight.shape, device: weight.device) : weight;
        }
    }

    public Tensor Step(TorchBlocks blocks, Tensor input, Tensor elapsed, Tensor state)
    {
        elapsed = ElapsedRange.Clamp(elapsed);
        var states = new Tensor[_weights.Length];
        var x = input;
        for (var i = 0; i < states.Length; i++)
        {
            var layer = architecture.Layers[i];
            x = Layer(blocks, layer, _weights[i], x, elapsed, state.narrow(1, layer.StateOffset, layer.Units));
            states[i] = x;
        }

        // Layers go from the inputs to the motor neurons, the state the other way round.
        Array.Reverse(states);
        return states.Length == 1 ? states[0] : cat(states, 1);
    }

    private Tensor Layer(TorchBlocks blocks, CfcLayerShape layer, Tensor weight, Tensor input, Tensor elapsed, Tensor state)
    {
        var z = cat([input, state], 1);
        for (var i = 0; i < architecture.Backbone.Length; i++)
        {
            z = addmm(blocks[layer.BackboneBias(i)], z, blocks[layer.BackboneWeight(i)], 1, 1);
            z = architecture.Activation switch
            {
                Activation.Identity => z,
                Activation.Relu => nn.functional.relu(z),
                Activation.Tanh => tanh(z),
                Activation.Silu => nn.functional.silu(z),
                Activation.LecunTanh => TorchActivations.LecunTanh(z),
                _ => throw new UnreachableException(),
            };
        }

        var heads = addmm(blocks[layer.Bias], z, weight, 1, 1);
        if (architecture.Mode == CfcMode.Pure)
        {
            var level = blocks[layer.Level];
            var decay = exp((elapsed * blocks[layer.Decay].abs().Plus(heads.abs())).neg());
            return level - (level * decay * heads);
        }

        var f1 = tanh(heads.narrow(1, 0, layer.Units));
        var f2 = tanh(heads.narrow(1, layer.Units, layer.Units));
        var time = sigmoid((heads.narrow(1, 2 * layer.Units, layer.Units) * elapsed).Plus(heads.narrow(1, 3 * layer.Units, layer.Units)));
        return f1.Plus(time * (architecture.Mode == CfcMode.NoGate ? f2 : f2 - f1));
    }
}

using StreamLearn.Learners.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>The gated recurrent unit on Torch; see <see cref="GruArchitecture"/> for the equations.</summary>
internal sealed class TorchGruCell(GruArchitecture architecture) : ITorchCell
{
    public Tensor Step(TorchBlocks blocks, Tensor input, Tensor elapsed, Tensor state)
    {
        var units = architecture.StateSize;
        var fromInput = addmm(blocks[GruArchitecture.InputBias], input, blocks[GruArchitecture.InputWeight], 1, 1);
        var fromState = addmm(blocks[GruArchitecture.StateBias], state, blocks[GruArchitecture.StateWeight], 1, 1);
        var r = sigmoid(fromInput.narrow(1, 0, units).Plus(fromState.narrow(1, 0, units)));
        var z = sigmoid(fromInput.narrow(1, units, units).Plus(fromState.narrow(1, units, units)));
        var n = tanh(fromInput.narrow(1, 2 * units, units).Plus(r * fromState.narrow(1, 2 * units, units)));
        return n.Plus(z * (state - n));
    }
}

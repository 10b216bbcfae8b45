using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>
/// A recurrent cell with its readout as a TorchSharp module over one flat parameter: inputs [steps, batch, inputs], elapsed [steps, batch, 1]
/// and state [batch, state] to logits [steps * batch, outputs] and the last state.
/// </summary>
internal sealed class TorchRecurrentModule : nn.Module<Tensor, Tensor, Tensor, (Tensor Logits, Tensor State)>
{
    private readonly RecurrentArchitecture _architecture;
    private readonly ITorchCell _cell;
#pragma warning disable IDE1006, SA1309 // The field's name is the parameter's in TorchSharp.
    private readonly TorchSharp.Modules.Parameter flat;
#pragma warning restore IDE1006, SA1309

    internal TorchRecurrentModule(RecurrentArchitecture architecture, TorchSharp.Modules.Parameter parameters)
        : base("recurrent")
    {
        _architecture = architecture;
        _cell = architecture.CreateTorchCell();
        flat = parameters;
        RegisterComponents();
    }

    public override (Tensor Logits, Tensor State) forward(Tensor inputs, Tensor elapsed, Tensor state)
    {
        var blocks = new TorchBlocks(_architecture.Layout, flat);
        _cell.Begin(blocks);
        var readout = _architecture.ReadoutSize;
        var states = new Tensor[inputs.shape[0]];
        for (var step = 0; step < states.Length; step++)
        {
            state = _cell.Step(blocks, inputs[step], elapsed[step], state);
            states[step] = readout == _architecture.StateSize ? state : state.narrow(1, 0, readout);
        }

        var logits = addmm(
            blocks[RecurrentArchitecture.HeadBias], cat(states), blocks[RecurrentArchitecture.HeadWeight], 1, 1);
        return (logits, state);
    }
}

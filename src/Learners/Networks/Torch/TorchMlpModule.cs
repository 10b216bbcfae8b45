using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>A multilayer perceptron as a TorchSharp module over one flat parameter: rows to logits.</summary>
internal sealed class TorchMlpModule : nn.Module<Tensor, Tensor>
{
    private readonly MlpArchitecture _architecture;
#pragma warning disable IDE1006, SA1309 // The field's name is the parameter's in TorchSharp.
    private readonly TorchSharp.Modules.Parameter flat;
#pragma warning restore IDE1006, SA1309

    internal TorchMlpModule(MlpArchitecture architecture, TorchSharp.Modules.Parameter parameters)
        : base("mlp")
    {
        _architecture = architecture;
        flat = parameters;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var blocks = new TorchBlocks(_architecture.Layout, flat);
        var x = input;
        for (var layer = 0; layer < _architecture.Hidden.Length; layer++)
        {
            x = addmm(blocks[MlpArchitecture.BiasOf(layer)], x, blocks[MlpArchitecture.WeightOf(layer)], 1, 1);
            if (_architecture.LayerNorm)
            {
                x = nn.functional.layer_norm(
                    x, [_architecture.Hidden[layer]], blocks[MlpArchitecture.GainOf(layer)], blocks[MlpArchitecture.ShiftOf(layer)],
                    Kernels.LayerNormKernels.Epsilon);
            }

            x = _architecture.Activation switch
            {
                Activation.Identity => x,
                Activation.Relu => nn.functional.relu(x),
                Activation.Tanh => tanh(x),
                Activation.Silu => nn.functional.silu(x),
                Activation.LecunTanh => TorchActivations.LecunTanh(x),
                _ => throw new UnreachableException(),
            };
        }

        return addmm(blocks[MlpArchitecture.HeadBias], x, blocks[MlpArchitecture.HeadWeight], 1, 1);
    }
}

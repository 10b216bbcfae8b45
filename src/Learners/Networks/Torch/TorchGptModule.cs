using StreamLearn.Learners.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>A <see cref="GptArchitecture"/> as a TorchSharp module over one flat parameter: tokens [rows, places] to logits [rows * places, vocabulary].</summary>
internal sealed class TorchGptModule : nn.Module<Tensor, Tensor>
{
    private const double NormEpsilon = 1e-5;

    private readonly GptArchitecture _architecture;
    private readonly long _width;
    private readonly long _perHead;
#pragma warning disable IDE1006, SA1309 // The field's name is the parameter's in TorchSharp.
    private readonly TorchSharp.Modules.Parameter flat;
#pragma warning restore IDE1006, SA1309

    internal TorchGptModule(GptArchitecture architecture, TorchSharp.Modules.Parameter parameters)
        : base("gpt")
    {
        _architecture = architecture;
        _width = architecture.Width;
        _perHead = architecture.Width / architecture.Heads;
        flat = parameters;
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        var (rows, places) = (tokens.shape[0], tokens.shape[1]);
        var blocks = new TorchBlocks(_architecture.Layout, flat);
        var readout = blocks[GptArchitecture.TokenEmbedding];
        var token = readout.t().contiguous().index_select(0, tokens.flatten());
        var place = blocks[GptArchitecture.PlaceEmbedding].narrow(1, 0, places).t();
        var x = token.view(rows, places, _width).Plus(place).view(rows * places, _width);
        for (var layer = 0; layer < _architecture.Layers; layer++)
        {
            x = x.Plus(Attend(blocks, layer, Norm(blocks, GptArchitecture.FirstNorm(layer), x), rows, places));
            var hidden = nn.functional.gelu(Linear(blocks, GptArchitecture.Hidden(layer), Norm(blocks, GptArchitecture.SecondNorm(layer), x)));
            x = x.Plus(Linear(blocks, GptArchitecture.HiddenOut(layer), hidden));
        }

        return Norm(blocks, GptArchitecture.LastNorm, x).matmul(readout);
    }

    private Tensor Attend(in TorchBlocks blocks, int layer, Tensor x, long rows, long places)
    {
        // One split, whose way back is one concatenation, not three sums with mostly zeros.
        var parts = Linear(blocks, GptArchitecture.Attention(layer), x).chunk(3, 1);
        var seen = nn.functional.scaled_dot_product_attention(Heads(parts[0]), Heads(parts[1]), Heads(parts[2]), is_casual: true);
        return Linear(blocks, GptArchitecture.AttentionOut(layer), seen.transpose(1, 2).reshape(rows * places, _width));

        Tensor Heads(Tensor part) => part.view(rows, places, _architecture.Heads, _perHead).transpose(1, 2);
    }

    private Tensor Norm(in TorchBlocks blocks, string part, Tensor x) => nn.functional.layer_norm(
        x, [_width], blocks[GptArchitecture.WeightOf(part)], blocks[GptArchitecture.BiasOf(part)], NormEpsilon);

    private static Tensor Linear(in TorchBlocks blocks, string part, Tensor x) =>
        addmm(blocks[GptArchitecture.BiasOf(part)], x, blocks[GptArchitecture.WeightOf(part)], 1, 1);
}

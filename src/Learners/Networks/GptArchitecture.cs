using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// A decoder-only transformer: x = wte[token] + wpe[place]; for each layer x += attention(norm(x)), x += mlp(norm(x)); logits = norm(x) wte. Each place sees
/// those up to its own. Radford et al., "Language models are unsupervised multitask learners", 2019 (GPT-2), without dropout.
/// </summary>
/// <remarks>
/// <para>Parameter blocks, with names and (in safetensors files) the order of a GPT-2 whose projections are linear layers: <c>wte.weight</c> [width, vocabulary],
/// <c>wpe.weight</c> [width, context]; for each layer i <c>h.i.ln_1</c>, <c>h.i.attn.c_attn</c> [width, 3 width] (query, key, value), <c>h.i.attn.c_proj</c>,
/// <c>h.i.ln_2</c>, <c>h.i.mlp.c_fc</c> [width, 4 width], <c>h.i.mlp.c_proj</c>, each with <c>.weight</c> and <c>.bias</c>; <c>ln_f.weight</c>,
/// <c>ln_f.bias</c>. The token embedding is the readout too.</para>
/// <para>It runs on Torch only: <see cref="Torch.TorchGpt"/>.</para>
/// </remarks>
public sealed class GptArchitecture : NetworkArchitecture
{
    internal const string TokenEmbedding = "wte.weight";
    internal const string PlaceEmbedding = "wpe.weight";
    internal const string LastNorm = "ln_f";

    // Of all weights at the start, as GPT-2 has it.
    private const double InitialDeviation = 0.02;

    /// <param name="vocabulary">Tokens that there are.</param>
    /// <param name="context">Most places of a sequence.</param>
    /// <param name="layers">Transformer layers.</param>
    /// <param name="heads">Attention heads of each.</param>
    /// <param name="width">Numbers that a place has; a multiple of <paramref name="heads"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 (the vocabulary: below 2), or the heads do not divide the width.</exception>
    public GptArchitecture(int vocabulary, int context, int layers, int heads, int width)
        : base(inputs: 1, vocabulary, Head.Softmax)
    {
        Require(context >= 1, nameof(context), context, "at least 1");
        Require(layers >= 1, nameof(layers), layers, "at least 1");
        Require(heads >= 1, nameof(heads), heads, "at least 1");
        Require(width >= 1 && width % heads == 0, nameof(width), width, $"a multiple of the heads, {heads}");
        Context = context;
        Layers = layers;
        Heads = heads;
        Width = width;
        Layout = new ParameterLayout(Blocks());
    }

    /// <summary>Tokens that there are.</summary>
    public int Vocabulary => Outputs;

    /// <summary>Most places of a sequence.</summary>
    public int Context { get; }

    /// <summary>Transformer layers.</summary>
    public int Layers { get; }

    /// <summary>Attention heads of each.</summary>
    public int Heads { get; }

    /// <summary>Numbers that a place has.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public override ParameterLayout Layout { get; }

    /// <inheritdoc/>
    /// <remarks>Of a place in a full context, attention to half of it on average included.</remarks>
    public override long MultiplyAdds => (Layers * ((12L * Width * Width) + ((long)Width * Context))) + ((long)Width * Vocabulary);

    /// <inheritdoc/>
    public override string Signature => FormattableString.Invariant($"gpt {Vocabulary} tokens context {Context} layers {Layers} heads {Heads} width {Width}");

    /// <inheritdoc/>
    /// <remarks>As GPT-2: weights N(0, 0.02), those that add to x divided by √(2 layers), biases 0, gains of norms 1.</remarks>
    public override void Initialize(Span<float> parameters, Xoshiro256 random)
    {
        parameters.Clear();
        Normal(TokenEmbedding, InitialDeviation, parameters, random);
        Normal(PlaceEmbedding, InitialDeviation, parameters, random);
        var residual = InitialDeviation / Math.Sqrt(2.0 * Layers);
        for (var layer = 0; layer < Layers; layer++)
        {
            Weight(parameters, FirstNorm(layer)).Fill(1);
            Normal(WeightOf(Attention(layer)), InitialDeviation, parameters, random);
            Normal(WeightOf(AttentionOut(layer)), residual, parameters, random);
            Weight(parameters, SecondNorm(layer)).Fill(1);
            Normal(WeightOf(Hidden(layer)), InitialDeviation, parameters, random);
            Normal(WeightOf(HiddenOut(layer)), residual, parameters, random);
        }

        Weight(parameters, LastNorm).Fill(1);
    }

    internal static string FirstNorm(int layer) => $"h.{layer}.ln_1";

    internal static string Attention(int layer) => $"h.{layer}.attn.c_attn";

    internal static string AttentionOut(int layer) => $"h.{layer}.attn.c_proj";

    internal static string SecondNorm(int layer) => $"h.{layer}.ln_2";

    internal static string Hidden(int layer) => $"h.{layer}.mlp.c_fc";

    internal static string HiddenOut(int layer) => $"h.{layer}.mlp.c_proj";

    internal static string WeightOf(string part) => $"{part}.weight";

    internal static string BiasOf(string part) => $"{part}.bias";

    private Span<float> Weight(Span<float> parameters, string part) => Layout[WeightOf(part)].In(parameters);

    private void Normal(string block, double deviation, Span<float> parameters, Xoshiro256 random)
    {
        foreach (ref var value in Layout[block].In(parameters))
        {
            value = (float)(random.NextGaussian() * deviation);
        }
    }

    private IEnumerable<(string Name, int[] Shape)> Blocks()
    {
        yield return (TokenEmbedding, [Width, Vocabulary]);
        yield return (PlaceEmbedding, [Width, Context]);
        for (var layer = 0; layer < Layers; layer++)
        {
            foreach (var (part, inputs, outputs) in new[]
            {
                (FirstNorm(layer), 0, Width), (Attention(layer), Width, 3 * Width), (AttentionOut(layer), Width, Width),
                (SecondNorm(layer), 0, Width), (Hidden(layer), Width, 4 * Width), (HiddenOut(layer), 4 * Width, Width),
            })
            {
                yield return (WeightOf(part), inputs == 0 ? [outputs] : [inputs, outputs]);
                yield return (BiasOf(part), [outputs]);
            }
        }

        yield return (WeightOf(LastNorm), [Width]);
        yield return (BiasOf(LastNorm), [Width]);
    }
}

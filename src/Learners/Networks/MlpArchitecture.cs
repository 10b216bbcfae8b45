using System.Collections.Immutable;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// A multilayer perceptron: for each hidden layer a = activation(norm(a W + b)), the norm being optional, then head(a W + b).
/// </summary>
/// <remarks>
/// Parameter blocks: <c>layers.i.weight</c>, <c>layers.i.bias</c> and, with layer norm, <c>norms.i.weight</c>, <c>norms.i.bias</c> for each
/// hidden layer i; then <c>head.weight</c>, <c>head.bias</c>. <code> var architecture = new MlpArchitecture(inputs: 32, hidden: [64, 64],
/// outputs: 1, Activation.Silu, layerNorm: true);
/// </code>
/// </remarks>
public sealed class MlpArchitecture : NetworkArchitecture
{
    private readonly Lazy<ParameterLayout> _layout;

    /// <param name="inputs">Numbers that go in.</param>
    /// <param name="hidden">Width of each hidden layer; none: a linear model.</param>
    /// <param name="outputs">Numbers that come out.</param>
    /// <param name="activation">Of the hidden layers.</param>
    /// <param name="layerNorm">Whether hidden layers are normalised before their activation.</param>
    /// <param name="head">What the last linear outputs are turned into.</param>
    /// <exception cref="ArgumentOutOfRangeException">A width is below 1, or softmax has one output.</exception>
    public MlpArchitecture(
        int inputs,
        IEnumerable<int> hidden,
        int outputs,
        Activation activation = Activation.Relu,
        bool layerNorm = false,
        Head head = Head.Linear)
        : base(inputs, outputs, head)
    {
        Hidden = [.. hidden];
        foreach (var width in Hidden)
        {
            Require(width >= 1, nameof(hidden), width, "at least 1 in each layer");
        }

        Require(Enum.IsDefined(activation), nameof(activation), activation, "an activation that there is");
        Activation = activation;
        LayerNorm = layerNorm;
        _layout = new Lazy<ParameterLayout>(() => new ParameterLayout(Blocks()));
    }

    /// <summary>Width of each hidden layer, from the input on.</summary>
    public ImmutableArray<int> Hidden { get; }

    /// <summary>Of the hidden layers.</summary>
    public Activation Activation { get; }

    /// <summary>Whether hidden layers are normalised before their activation.</summary>
    public bool LayerNorm { get; }

    /// <inheritdoc/>
    public override ParameterLayout Layout => _layout.Value;

    /// <inheritdoc/>
    public override long MultiplyAdds
    {
        get
        {
            long sum = 0, below = Inputs;
            foreach (var width in Hidden)
            {
                sum += below * width;
                below = width;
            }

            return sum + (below * Outputs);
        }
    }

    /// <inheritdoc/>
    public override string Signature => FormattableString.Invariant(
        $"mlp {string.Join('-', [Inputs, .. Hidden, Outputs])} {Name(Activation)}{(LayerNorm ? " layer-norm" : "")} {Name(Head)}");

    internal static string WeightOf(int layer) => $"layers.{layer}.weight";

    internal static string BiasOf(int layer) => $"layers.{layer}.bias";

    internal static string GainOf(int layer) => $"norms.{layer}.weight";

    internal static string ShiftOf(int layer) => $"norms.{layer}.bias";

    internal const string HeadWeight = "head.weight";

    internal const string HeadBias = "head.bias";

    /// <inheritdoc/>
    public override void Initialize(Span<float> parameters, Xoshiro256 random)
    {
        for (var layer = 0; layer < Hidden.Length; layer++)
        {
            InitializeLinear(parameters, Layout[WeightOf(layer)], Layout[BiasOf(layer)], random);
            if (LayerNorm)
            {
                Layout[GainOf(layer)].In(parameters).Fill(1);
                Layout[ShiftOf(layer)].In(parameters).Clear();
            }
        }

        InitializeLinear(parameters, Layout[HeadWeight], Layout[HeadBias], random);
    }

    private IEnumerable<(string Name, int[] Shape)> Blocks()
    {
        var below = Inputs;
        for (var layer = 0; layer < Hidden.Length; layer++)
        {
            var width = Hidden[layer];
            yield return (WeightOf(layer), [below, width]);
            yield return (BiasOf(layer), [width]);
            if (LayerNorm)
            {
                yield return (GainOf(layer), [width]);
                yield return (ShiftOf(layer), [width]);
            }

            below = width;
        }

        yield return (HeadWeight, [below, Outputs]);
        yield return (HeadBias, [Outputs]);
    }

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

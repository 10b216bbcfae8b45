using System.Collections.Immutable;
using StreamLearn.Learners.Liquid.Cpu;
using StreamLearn.Learners.Liquid.Torch;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Liquid;

/// <summary>
/// A closed-form continuous-time network. Hasani et al., "Closed-form continuous-time neural networks", Nature Machine Intelligence 2022
/// (arXiv 2106.13898), in the form of the authors' ncps package.
/// </summary>
/// <remarks>
/// <para>z = [input, state], through the backbone's layers phi(z W + b) if there are any; then the heads, put together as <see cref="CfcMode"/>
/// says. Elapsed times are in units of the usual gap; those below 0.001, negative and NaN ones included, count as 0.001, those above 1e6 as 1e6.</para>
/// <para><b>Wired</b>: a cell without backbone for each layer of the wiring, inter, command and motor, each seeing the one before at the same step and
/// its own state. The wiring's synapses mask W1 and W2 of that input; signs and the synapses among command neurons are not used, as in the
/// package. The state is motor, command, inter (in the package the other way round), so the readout sees its first numbers.</para>
/// <para>Parameter blocks of a cell, which is <c>cell</c>, or <c>inter</c>, <c>command</c> and <c>motor</c>: <c>.backbone.i.weight</c>, <c>.backbone.i.bias</c>;
/// <c>.weight</c> [features, 4 units] (f1, f2, a, b) and <c>.bias</c>, of <see cref="CfcMode.Pure"/> [features, units] with <c>.w_tau</c> and <c>.a</c> [units].
/// Then <c>head.weight</c> [units, or motor neurons, outputs] and <c>head.bias</c>. Masked weights have no effect, and gradients of exactly 0.</para>
/// <code> var dense = new CfcArchitecture(inputs: 3, units: 32, outputs: 1, backbone: [128]); var wired = new
/// CfcArchitecture(NcpWiring.AutoNcp(inputs: 3, units: 32, motors: 1), outputs: 1);
/// </code>
/// </remarks>
public sealed class CfcArchitecture : RecurrentArchitecture
{
    /// <param name="inputs">Numbers that go in at each step.</param>
    /// <param name="units">Size of the state.</param>
    /// <param name="outputs">Numbers that come out at each step.</param>
    /// <param name="mode">How the heads are put together.</param>
    /// <param name="backbone">Width of each layer before the heads; none: the heads see input and state.</param>
    /// <param name="activation">Of the backbone.</param>
    /// <param name="head">What the readout's linear outputs are turned into.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or softmax has one output.</exception>
    public CfcArchitecture(
        int inputs,
        int units,
        int outputs,
        CfcMode mode = CfcMode.Default,
        IEnumerable<int>? backbone = null,
        Activation activation = Activation.LecunTanh,
        Head head = Head.Linear)
        : base(inputs, units, outputs, head)
    {
        Require(Enum.IsDefined(mode), nameof(mode), mode, "a mode that there is");
        Require(Enum.IsDefined(activation), nameof(activation), activation, "an activation that there is");
        Mode = mode;
        Backbone = [.. backbone ?? []];
        foreach (var width in Backbone)
        {
            Require(width >= 1, nameof(backbone), width, "at least 1 in each layer");
        }

        Activation = activation;
        Layers = [new CfcLayerShape("cell", inputs, -1, units, 0, null)];
        Layout = new ParameterLayout(Blocks());
    }

    /// <summary>Wired.</summary>
    /// <inheritdoc cref="CfcArchitecture(int, int, int, CfcMode, IEnumerable{int}, Activation, Head)"/>
    /// <param name="wiring">Its layers and what they see of each other; says how many inputs and neurons.</param>
    /// <exception cref="ArgumentException">The wiring has no layers.</exception>
    public CfcArchitecture(NcpWiring wiring, int outputs, CfcMode mode = CfcMode.Default, Head head = Head.Linear)
        : base(wiring.Inputs, wiring.Units, outputs, head, wiring.Motors)
    {
        Require(Enum.IsDefined(mode), nameof(mode), mode, "a mode that there is");
        if (!wiring.HasLayers)
        {
            throw new ArgumentException($"The wiring {wiring} has no layers; a wired closed-form network has one cell for each.", nameof(wiring));
        }

        Mode = mode;
        Wiring = wiring;
        Backbone = [];
        Activation = Activation.LecunTanh;
        var (motors, command, inter) = (wiring.Motors, wiring.Command, wiring.Inter);
        Layers =
        [
            new CfcLayerShape("inter", Inputs, -1, inter, motors + command, Mask(wiring.SensoryAdjacency, 0, Inputs, motors + command, inter)),
            new CfcLayerShape("command", inter, motors + command, command, motors, Mask(wiring.Adjacency, motors + command, inter, motors, command)),
            new CfcLayerShape("motor", command, motors, motors, 0, Mask(wiring.Adjacency, motors, command, 0, motors)),
        ];
        Layout = new ParameterLayout(Blocks());
    }

    /// <summary>How the heads are put together.</summary>
    public CfcMode Mode { get; }

    /// <summary>Width of each layer before the heads.</summary>
    public ImmutableArray<int> Backbone { get; }

    /// <summary>Of the backbone.</summary>
    public Activation Activation { get; }

    /// <summary>The wiring of a wired network; null: it is not.</summary>
    public NcpWiring? Wiring { get; }

    /// <inheritdoc/>
    public override ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public override long MultiplyAdds =>
        Layout.Blocks.Where(block => block.IsMatrix).Sum(block => (long)block.Length);

    /// <inheritdoc/>
    public override string Signature
    {
        get
        {
            var sizes = Wiring is null ? FormattableString.Invariant($"{Inputs}-{StateSize}") : Wiring.Signature;
            var backbone = Backbone.IsEmpty ? "" : $" backbone {string.Join('-', Backbone)} {Name(Activation)}";
            return FormattableString.Invariant($"cfc {sizes}-{Outputs} {Name(Mode)}{backbone} {Name(Head)}");
        }
    }

    /// <summary>The cells, in the order in which a step goes through them.</summary>
    internal ImmutableArray<CfcLayerShape> Layers { get; }

    /// <summary>Heads of a cell, each as wide as its state.</summary>
    internal int Heads => Mode == CfcMode.Pure ? 1 : 4;

    /// <summary>
    /// Draws initial parameters: matrices U(±√(6 / (inputs + outputs))) (Glorot, Bengio 2010) for each head by itself, biases U(±1/√inputs).
    /// Those of <see cref="CfcMode.Pure"/>, w_tau and A, are U(±√(6 / (1 + units))), as the package's PyTorch code leaves them: at 0, w_tau would
    /// have no gradient, and A of one sign would keep the state on one side.
    /// </summary>
    /// <inheritdoc/>
    public override void Initialize(Span<float> parameters, Xoshiro256 random)
    {
        foreach (var layer in Layers)
        {
            for (var i = 0; i < Backbone.Length; i++)
            {
                Glorot(parameters, layer.BackboneWeight(i), layer.BackboneBias(i), Backbone[i], random);
            }

            Glorot(parameters, layer.Weight, layer.Bias, layer.Units, random);
            if (Mode == CfcMode.Pure)
            {
                var bound = Math.Sqrt(6.0 / (1 + layer.Units));
                Uniform(Layout[layer.Decay].In(parameters), bound, random);
                Uniform(Layout[layer.Level].In(parameters), bound, random);
            }
        }

        InitializeLinear(parameters, Layout[HeadWeight], Layout[HeadBias], random);
    }

    internal override IRecurrentCell CreateCell(int maxSteps, int maxBatch) => new CfcCell(this, maxSteps, maxBatch);

    internal override ITorchCell CreateTorchCell() => new TorchCfcCell(this);

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>Where there are synapses from a range of rows of the signs [rows, units] to a range of neurons.</summary>
    private float[] Mask(ReadOnlySpan<sbyte> signs, int source, int sources, int target, int targets)
    {
        var mask = new float[sources * targets];
        for (var i = 0; i < sources; i++)
        {
            for (var j = 0; j < targets; j++)
            {
                mask[(i * targets) + j] = Math.Abs(signs[((source + i) * StateSize) + target + j]);
            }
        }

        return mask;
    }

    private void Glorot(Span<float> parameters, string weight, string bias, int outputs, Xoshiro256 random)
    {
        var inputs = Layout[weight].Shape[0];
        Uniform(Layout[weight].In(parameters), Math.Sqrt(6.0 / (inputs + outputs)), random);
        Uniform(Layout[bias].In(parameters), 1 / Math.Sqrt(inputs), random);
    }

    private IEnumerable<(string Name, int[] Shape)> Blocks()
    {
        foreach (var layer in Layers)
        {
            var features = layer.Inputs + layer.Units;
            for (var i = 0; i < Backbone.Length; i++)
            {
                yield return (layer.BackboneWeight(i), [features, Backbone[i]]);
                yield return (layer.BackboneBias(i), [Backbone[i]]);
                features = Backbone[i];
            }

            yield return (layer.Weight, [features, Heads * layer.Units]);
            yield return (layer.Bias, [Heads * layer.Units]);
            if (Mode == CfcMode.Pure)
            {
                yield return (layer.Decay, [layer.Units]);
                yield return (layer.Level, [layer.Units]);
            }
        }

        yield return (HeadWeight, [ReadoutSize, Outputs]);
        yield return (HeadBias, [Outputs]);
    }
}

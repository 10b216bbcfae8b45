using StreamLearn.Learners.Liquid.Cpu;
using StreamLearn.Learners.Liquid.Torch;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Liquid;

/// <summary>
/// A liquid time-constant network in its conductance form, with the fused solver. Hasani et al., "Liquid Time-constant Networks", AAAI 2021
/// (arXiv 2006.04439), algorithm 1; the conductance form and its initial ranges are those of the authors' ncps package.
/// </summary>
/// <remarks>
/// <para>Neuron j: cm_j dv_j/dt = gleak_j (vleak_j - v_j) + Σ_i a_ij (erev_ij - v_j), a_ij = w_ij σ(sigma_ij (v_i - mu_ij)), the sum over the
/// synapses that the wiring has, from neurons and, with parameters <c>sensory_*</c>, from the inputs input_w u + input_b. A step of elapsed
/// time t is N = <see cref="Unfolds"/> times, with c = cm N / t:</para>
/// <para>v ← (c v + gleak vleak + Σ a erev) / (c + gleak + Σ a + 1e-8).</para>
/// <para>For w, sensory_w, cm and gleak the parameters are p with ln(1 + e^p) the value, so that these are positive whatever the optimiser does.
/// Every update is a convex combination: v stays between the least and the largest of its start, vleak and the reversal potentials.</para>
/// <para>Elapsed times are in units of the usual gap; those below 0.001, negative and NaN ones included, count as 0.001, those above 1e6 as 1e6.</para>
/// <para>Parameter blocks: <c>cell.gleak</c>, <c>cell.vleak</c>, <c>cell.cm</c> [units]; <c>cell.w</c>, <c>cell.sigma</c>, <c>cell.mu</c>,
/// <c>cell.erev</c> [units source, units destination]; <c>cell.sensory_w</c>, <c>cell.sensory_sigma</c>, <c>cell.sensory_mu</c>,
/// <c>cell.sensory_erev</c> [inputs, units]; <c>cell.input_w</c>, <c>cell.input_b</c> [inputs]; <c>head.weight</c> [motors, outputs],
/// <c>head.bias</c>. Entries without a synapse have no effect, and gradients of exactly 0.</para>
/// <para>The readout sees the motor neurons only. Where there are as many outputs as motor neurons it starts as the identity, which is the
/// published output mapping (a factor and an offset for each motor neuron); it may then mix them too.</para>
/// <code>
/// var architecture = new LtcArchitecture(NcpWiring.AutoNcp(inputs: 3, units: 32, motors: 1), outputs: 1);
/// </code>
/// </remarks>
public sealed class LtcArchitecture : RecurrentArchitecture
{
    internal const string Leak = "cell.gleak";
    internal const string LeakPotential = "cell.vleak";
    internal const string Capacitance = "cell.cm";
    internal const string InputWeight = "cell.input_w";
    internal const string InputBias = "cell.input_b";

    /// <summary>Keeps the denominator from zero.</summary>
    internal const float Epsilon = 1e-8f;

    /// <param name="wiring">Which synapses there are; says how many inputs and neurons.</param>
    /// <param name="outputs">Numbers that come out at each step.</param>
    /// <param name="unfolds">Solver steps within each step.</param>
    /// <param name="head">What the readout's linear outputs are turned into.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or softmax has one output.</exception>
    public LtcArchitecture(NcpWiring wiring, int outputs, int unfolds = 6, Head head = Head.Linear)
        : base(wiring.Inputs, wiring.Units, outputs, head, wiring.Motors)
    {
        Require(unfolds >= 1, nameof(unfolds), unfolds, "at least 1");
        Wiring = wiring;
        Unfolds = unfolds;
        var (inputs, units) = (wiring.Inputs, wiring.Units);
        Layout = new ParameterLayout(
            (Leak, [units]),
            (LeakPotential, [units]),
            (Capacitance, [units]),
            (Synapses.Neurons.Weight, [units, units]),
            (Synapses.Neurons.Slope, [units, units]),
            (Synapses.Neurons.Center, [units, units]),
            (Synapses.Neurons.Reversal, [units, units]),
            (Synapses.Sensory.Weight, [inputs, units]),
            (Synapses.Sensory.Slope, [inputs, units]),
            (Synapses.Sensory.Center, [inputs, units]),
            (Synapses.Sensory.Reversal, [inputs, units]),
            (InputWeight, [inputs]),
            (InputBias, [inputs]),
            (HeadWeight, [wiring.Motors, outputs]),
            (HeadBias, [outputs]));
    }

    /// <summary>Fully connected, all neurons being motor neurons: the readout sees the whole state.</summary>
    /// <inheritdoc cref="LtcArchitecture(NcpWiring, int, int, Head)"/>
    /// <param name="inputs">Numbers that go in at each step.</param>
    /// <param name="units">Neurons.</param>
    public LtcArchitecture(int inputs, int units, int outputs, int unfolds = 6, Head head = Head.Linear)
        : this(NcpWiring.FullyConnected(inputs, units, units), outputs, unfolds, head)
    {
    }

    /// <summary>Which synapses there are.</summary>
    public NcpWiring Wiring { get; }

    /// <summary>Solver steps within each step.</summary>
    public int Unfolds { get; }

    /// <inheritdoc/>
    public override ParameterLayout Layout { get; }

    /// <inheritdoc/>
    /// <remarks>Of a synapse: one for its gate's argument, and one for each of the two sums. Its sigmoid, which costs more, is not counted.</remarks>
    public override long MultiplyAdds =>
        (3L * Unfolds * Count(Wiring.Adjacency)) + (3L * Count(Wiring.SensoryAdjacency)) + ((long)ReadoutSize * Outputs);

    /// <inheritdoc/>
    public override string Signature => FormattableString.Invariant(
        $"ltc {Wiring.Signature}-{Outputs} unfolds {Unfolds} {Head.ToString().ToLowerInvariant()}");

    /// <summary>Draws initial parameters from the ranges of the ncps package; reversal potentials are the wiring's signs.</summary>
    /// <inheritdoc/>
    public override void Initialize(Span<float> parameters, Xoshiro256 random)
    {
        Fill(parameters, Leak, 0.001, 1, random);
        Fill(parameters, LeakPotential, -0.2, 0.2, random);
        Fill(parameters, Capacitance, 0.4, 0.6, random);
        Initialize(parameters, Synapses.Neurons, Wiring.Adjacency, random);
        Initialize(parameters, Synapses.Sensory, Wiring.SensoryAdjacency, random);
        Layout[InputWeight].In(parameters).Fill(1);
        Layout[InputBias].In(parameters).Clear();
        if (Outputs != ReadoutSize)
        {
            InitializeLinear(parameters, Layout[HeadWeight], Layout[HeadBias], random);
            return;
        }

        var weight = Layout[HeadWeight].In(parameters);
        weight.Clear();
        for (var i = 0; i < Outputs; i++)
        {
            weight[(i * Outputs) + i] = 1;
        }

        Layout[HeadBias].In(parameters).Clear();
    }

    internal override IRecurrentCell CreateCell(int maxSteps, int maxBatch) => new LtcCell(this, maxSteps, maxBatch);

    internal override ITorchCell CreateTorchCell() => new TorchLtcCell(this);

    private static int Count(ReadOnlySpan<sbyte> signs) => signs.Length - signs.Count((sbyte)0);

    private void Initialize(Span<float> parameters, Synapses names, ReadOnlySpan<sbyte> signs, Xoshiro256 random)
    {
        Fill(parameters, names.Weight, 0.001, 1, random);
        Fill(parameters, names.Slope, 3, 8, random);
        Fill(parameters, names.Center, 0.3, 0.8, random);
        var reversal = Layout[names.Reversal].In(parameters);
        for (var i = 0; i < signs.Length; i++)
        {
            reversal[i] = signs[i];
        }
    }

    private void Fill(Span<float> parameters, string name, double least, double most, Xoshiro256 random)
    {
        foreach (ref var value in Layout[name].In(parameters))
        {
            value = (float)(least + ((most - least) * random.NextDouble()));
        }
    }
}

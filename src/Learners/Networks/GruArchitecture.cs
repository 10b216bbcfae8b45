using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// A gated recurrent unit with a linear readout. Cho et al. 2014 (arXiv 1406.1078), in the form of torch.nn.GRU: with h = state(t-1),
/// r = σ(x W_r + b_r + h U_r + c_r), z = σ(x W_z + b_z + h U_z + c_z), n = tanh(x W_n + b_n + r (h U_n + c_n)), state(t) = (1 - z) n + z h.
/// </summary>
/// <remarks>
/// Parameter blocks: <c>rnn.weight_ih_l0</c> [inputs, 3 units] (r, z, n), <c>rnn.weight_hh_l0</c> [units, 3 units], <c>rnn.bias_ih_l0</c>,
/// <c>rnn.bias_hh_l0</c> [3 units], <c>head.weight</c> [units, outputs], <c>head.bias</c>. The elapsed time is not used.
/// </remarks>
public sealed class GruArchitecture : RecurrentArchitecture
{
    internal const string InputWeight = "rnn.weight_ih_l0";
    internal const string StateWeight = "rnn.weight_hh_l0";
    internal const string InputBias = "rnn.bias_ih_l0";
    internal const string StateBias = "rnn.bias_hh_l0";

    /// <param name="inputs">Numbers that go in at each step.</param>
    /// <param name="units">Size of the state.</param>
    /// <param name="outputs">Numbers that come out at each step.</param>
    /// <param name="head">What the readout's linear outputs are turned into.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or softmax has one output.</exception>
    public GruArchitecture(int inputs, int units, int outputs, Head head = Head.Linear)
        : base(inputs, units, outputs, head)
    {
        Layout = new ParameterLayout(
            (InputWeight, [inputs, 3 * units]),
            (StateWeight, [units, 3 * units]),
            (InputBias, [3 * units]),
            (StateBias, [3 * units]),
            (HeadWeight, [units, outputs]),
            (HeadBias, [outputs]));
    }

    /// <inheritdoc/>
    public override ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public override long MultiplyAdds => (3L * StateSize * (Inputs + StateSize)) + ((long)StateSize * Outputs);

    /// <inheritdoc/>
    public override string Signature => FormattableString.Invariant(
        $"gru {Inputs}-{StateSize}-{Outputs} {Head.ToString().ToLowerInvariant()}");

    /// <inheritdoc/>
    public override void Initialize(Span<float> parameters, Xoshiro256 random)
    {
        var bound = 1 / Math.Sqrt(StateSize);
        foreach (var name in new[] { InputWeight, StateWeight, InputBias, StateBias })
        {
            Uniform(Layout[name].In(parameters), bound, random);
        }

        InitializeLinear(parameters, Layout[HeadWeight], Layout[HeadBias], random);
    }

    internal override IRecurrentCell CreateCell(int maxSteps, int maxBatch) => new GruCell(this, maxSteps, maxBatch);

    internal override ITorchCell CreateTorchCell() => new TorchGruCell(this);
}

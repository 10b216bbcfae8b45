using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// What a network computes, apart from its parameters and from where it runs: both backends build the same function of the same flat
/// parameter vector from it. Immutable.
/// </summary>
public abstract class NetworkArchitecture
{
    private protected NetworkArchitecture(int inputs, int outputs, Head head)
    {
        Require(inputs >= 1, nameof(inputs), inputs, "at least 1");
        Require(outputs >= 1, nameof(outputs), outputs, "at least 1");
        Require(Enum.IsDefined(head), nameof(head), head, "a head that there is");
        Require(head != Head.Softmax || outputs >= 2, nameof(outputs), outputs, "at least 2 with a softmax head");
        Inputs = inputs;
        Outputs = outputs;
        Head = head;
    }

    /// <summary>Numbers that go in, for each sample (and step).</summary>
    public int Inputs { get; }

    /// <summary>Numbers that come out, for each sample (and step).</summary>
    public int Outputs { get; }

    /// <summary>What the last linear outputs are turned into.</summary>
    public Head Head { get; }

    /// <summary>What lies where in the flat parameter vector.</summary>
    public abstract ParameterLayout Layout { get; }

    /// <summary>Multiply-adds of one sample (and step) going forward; a training step has nearly three times as many.</summary>
    public abstract long MultiplyAdds { get; }

    /// <summary>
    /// All of the above in one line, e.g. <c>mlp 32-64-64-1 relu linear</c>: two architectures with the same text are the same function of
    /// the same parameters. Part of stored state.
    /// </summary>
    public abstract string Signature { get; }

    /// <summary>Draws initial parameters, as PyTorch's modules of the same names do by default.</summary>
    /// <param name="parameters">[<see cref="ParameterLayout.Count"/>], written.</param>
    /// <param name="random">Where chance comes from.</param>
    public abstract void Initialize(Span<float> parameters, Xoshiro256 random);

    /// <inheritdoc cref="Signature"/>
    public override string ToString() => Signature;

    private protected static void Require(bool holds, string name, object value, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; expected {expected}.");
        }
    }

    /// <summary>Weights and bias of a linear layer, both U(±1/√inputs): what torch.nn.Linear starts with.</summary>
    private protected static void InitializeLinear(Span<float> parameters, ParameterBlock weight, ParameterBlock bias, Xoshiro256 random)
    {
        var bound = 1 / Math.Sqrt(weight.Shape[0]);
        Uniform(weight.In(parameters), bound, random);
        Uniform(bias.In(parameters), bound, random);
    }

    private protected static void Uniform(Span<float> values, double bound, Xoshiro256 random)
    {
        foreach (ref var value in values)
        {
            value = random.NextUniform(bound);
        }
    }
}

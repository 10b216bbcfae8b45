using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Reinforcement.Plasticity;

namespace StreamLearn.Learners.Reinforcement.Agents;

/// <summary>Settings that agents have in common. Defaults are those of DrQ-v2. Immutable.</summary>
public sealed record AgentOptions
{
    /// <summary>Widths of the hidden layers of actor and critics. Default 256, 256.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [256, 256];

    /// <summary>Windows of an update, at least 1. Default 256.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Step size of Adam. Default 1e-4.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Norm that longer gradients are scaled down to; infinite (the default): they are used as they are.</summary>
    public double MaxGradientNorm { get; init; } = double.PositiveInfinity;

    /// <summary>How far targets follow at each update, in (0, 1]. Default 0.01.</summary>
    public double TargetRate { get; init; } = 0.01;

    /// <summary>What the noise of the policy within an update is cut off at, above 0. Default 0.3.</summary>
    public double NoiseClip { get; init; } = 0.3;

    /// <summary>Against the loss of plasticity.</summary>
    public Interventions Interventions { get; init; } = new();

    /// <summary>Seed of the initial networks.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where messages say that it is set.</summary>
    public string Path { get; init; } = "learner";

    internal UpdateOptions Updates(bool isCritic) => new()
    {
        Optimizer = new AdamOptions { LearningRate = LearningRate, WeightDecay = isCritic ? Interventions.WeightDecay : 0 },
        MaxGradientNorm = MaxGradientNorm,
    };

    internal MlpArchitecture Architecture(int inputs, int outputs) => new(inputs, Hidden, outputs, Activation.Relu, Interventions.LayerNorm);

    /// <summary>The seed of one of its networks, after so many resets.</summary>
    internal ulong SeedOf(int network, long generation)
    {
        var seed = Seed + (0x9e3779b97f4a7c15 * (ulong)((generation * 16) + network + 1));
        return seed ^ (seed >> 31);
    }

    /// <exception cref="OptionException">A setting has a value that cannot be used.</exception>
    internal AgentOptions Checked()
    {
        Interventions.Checked();
        Require(Hidden.Count >= 1 && Hidden.All(width => width >= 1), "hidden", string.Join(", ", Hidden), "at least one width, each at least 1");
        Require(Batch >= 1, "batch", FormattableString.Invariant($"{Batch}"), "at least 1");
        Require(LearningRate > 0 && LearningRate <= 1, "learning-rate", FormattableString.Invariant($"{LearningRate}"), "a number above 0, at most 1");
        Require(MaxGradientNorm > 0, "max-gradient-norm", FormattableString.Invariant($"{MaxGradientNorm}"), "a number above 0");
        Require(TargetRate is > 0 and <= 1, "target-rate", FormattableString.Invariant($"{TargetRate}"), "a number above 0, at most 1");
        Require(NoiseClip > 0, "noise-clip", FormattableString.Invariant($"{NoiseClip}"), "a number above 0");
        return this;

        void Require(bool holds, string name, string actual, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{Path}.{name}", actual, expected);
            }
        }
    }
}

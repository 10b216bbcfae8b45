using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Reinforcement.Plasticity;

/// <summary>What is done against the loss of plasticity, besides the replay ratio; by default nothing. Immutable.</summary>
public sealed record Interventions
{
    /// <summary>Whether hidden layers are normalised before their activation.</summary>
    public bool LayerNorm { get; init; }

    /// <summary>Agent steps after which actor and critic are drawn anew, targets and optimisers with them; 0: never. The replay buffer stays.</summary>
    /// <remarks>Nikishin et al., "The primacy bias in deep reinforcement learning", ICML 2022.</remarks>
    public long ResetEvery { get; init; }

    /// <summary>Updates after which dormant units of actor and critic are drawn anew; 0: never.</summary>
    /// <remarks>ReDo: Sokar et al., "The dormant neuron phenomenon in deep reinforcement learning", ICML 2023.</remarks>
    public long RedoEvery { get; init; }

    /// <summary>Share of its layer's mean activation at and below which a unit is dormant, at least 0. Default 0.025.</summary>
    public double RedoThreshold { get; init; } = 0.025;

    /// <summary>λ of θ ← λ θ + (1-λ) θ₀ after each update of the critic, in (0, 1]; 1 (the default): off.</summary>
    /// <remarks>Ash and Adams, "On warm-starting neural network training", NeurIPS 2020, with the initial network as what is added, and at every step.</remarks>
    public double ShrinkAndPerturb { get; init; } = 1;

    /// <summary>λ of λ |θ-θ₀|², added to the critic's loss; 0 (the default): off.</summary>
    /// <remarks>Kumar, Marklund and Van Roy, "Maintaining plasticity in continual learning via regenerative regularization", 2023.</remarks>
    public double L2Init { get; init; }

    /// <summary>Weight decay of the critic, through the gradient; 0 (the default): off.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Agent step at which the critic's networks are frozen and new ones added that begin as 0; 0: never.</summary>
    /// <remarks>Nikishin et al., "Deep reinforcement learning with plasticity injection", NeurIPS 2023.</remarks>
    public long InjectAt { get; init; }

    /// <summary>Share of the mature units of a hidden layer that are replaced at each update; 0 (the default): off.</summary>
    /// <remarks>Continual backprop: Dohare et al., "Loss of plasticity in deep continual learning", Nature 2024; 1e-4 there.</remarks>
    public double ReplacementRate { get; init; }

    /// <summary>Updates that a unit lives at least before it is replaced. Default 1000.</summary>
    public long Maturity { get; init; } = 1000;

    /// <summary>Where messages say that it is set.</summary>
    public string Path { get; init; } = "interventions";

    /// <summary>Whether the activations of single units are needed at every update.</summary>
    internal bool WatchesUnits => ReplacementRate > 0;

    /// <exception cref="OptionException">A setting has a value that cannot be used.</exception>
    internal Interventions Checked()
    {
        Require(ResetEvery >= 0, "reset-every", ResetEvery, "at least 0");
        Require(RedoEvery >= 0, "redo-every", RedoEvery, "at least 0");
        Require(RedoThreshold >= 0 && double.IsFinite(RedoThreshold), "redo-threshold", RedoThreshold, "a number of at least 0");
        Require(ShrinkAndPerturb is > 0 and <= 1, "shrink-and-perturb", ShrinkAndPerturb, "a number above 0, at most 1");
        Require(L2Init >= 0 && double.IsFinite(L2Init), "l2-init", L2Init, "a number of at least 0");
        Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), "weight-decay", WeightDecay, "a number of at least 0");
        Require(InjectAt >= 0, "inject-at", InjectAt, "at least 0");
        Require(ReplacementRate is >= 0 and < 1, "replacement-rate", ReplacementRate, "a number from 0, below 1");
        Require(Maturity >= 1, "maturity", Maturity, "at least 1");
        return this;

        void Require(bool holds, string name, double value, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{Path}.{name}", FormattableString.Invariant($"{value}"), expected);
            }
        }
    }
}

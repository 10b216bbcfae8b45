using StreamLearn.Learners.Options;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.Reinforcement.Ratios;
using StreamLearn.Learners.Reinforcement.Replay;

namespace StreamLearn.Learners.Reinforcement;

/// <summary>When a control learner acts by chance, and when and how often it learns. Defaults are those of DrQ-v2. Immutable.</summary>
public sealed record ControlLearnerOptions
{
    /// <summary>Agent steps at the start that are taken by chance alone. Default 2000.</summary>
    public long RandomSteps { get; init; } = 2000;

    /// <summary>Agent steps before the first update. Default 2000.</summary>
    public long LearnAfter { get; init; } = 2000;

    /// <summary>How much chance is in actions: the noise's standard deviation, or the share of actions by lot. Default from 1 to 0.1 within 500,000 agent steps.</summary>
    public LinearSchedule Exploration { get; init; } = new(1, 0.1, 500_000);

    /// <summary>Updates for each agent step, above 0. Not used with <see cref="Adaptive"/>. Default 0.5.</summary>
    public double ReplayRatio { get; init; } = 0.5;

    /// <summary>The rule that steers the replay ratio; null: it stays.</summary>
    public AdaptiveRatioOptions? Adaptive { get; init; }

    /// <summary>What is kept, and how it is drawn.</summary>
    public ReplayOptions Replay { get; init; } = new();

    /// <summary>Against the loss of plasticity; the agent's.</summary>
    public Interventions Interventions { get; init; } = new();

    /// <summary>Updates after which the networks' plasticity is examined; 0: never. Default 5000.</summary>
    public long ExamineEvery { get; init; } = 5000;

    /// <summary>Updates in a row that are refused before the networks go back to their last good parameters, at least 1. Default 10.</summary>
    public int MaxRefused { get; init; } = 10;

    /// <summary>Seed of all chance but the initial networks'.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where messages say that it is set.</summary>
    public string Path { get; init; } = "learner";

    /// <exception cref="OptionException">A setting has a value that cannot be used.</exception>
    internal ControlLearnerOptions Checked()
    {
        Require(RandomSteps >= 0, "random-steps", RandomSteps, "at least 0");
        Require(LearnAfter >= 0, "learn-after", LearnAfter, "at least 0");
        Require(Exploration.From >= 0 && double.IsFinite(Exploration.From), "exploration.from", Exploration.From, "a number of at least 0");
        Require(Exploration.To >= 0 && double.IsFinite(Exploration.To), "exploration.to", Exploration.To, "a number of at least 0");
        Require(Exploration.Steps >= 0, "exploration.steps", Exploration.Steps, "at least 0");
        Require(ReplayRatio > 0 && double.IsFinite(ReplayRatio), "replay-ratio", ReplayRatio, "a number above 0, or adaptive");
        Require(ExamineEvery >= 0, "examine-every", ExamineEvery, "at least 0");
        Require(MaxRefused >= 1, "max-refused", MaxRefused, "at least 1");
        Adaptive?.Checked();
        Interventions.Checked();
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

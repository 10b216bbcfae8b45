using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Bandits;

/// <summary>The task <c>bandit</c>: among what is decided, what feedback means, and how decisions and feedback are joined.</summary>
public sealed record BanditTask
{
    /// <summary>How configuration names it.</summary>
    public const string Name = "bandit";

    /// <summary>The most actions that one decision may have.</summary>
    public const int MostActions = 1024;

    /// <summary>The names of the actions where all decisions have the same ones; empty: each context brings its own, with features.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>Features that the actions of a decision share.</summary>
    public int SharedFeatures { get; init; }

    /// <summary>Features that each action has of its own; 0 with <see cref="Actions"/>: they are told apart by their number.</summary>
    public int ActionFeatures { get; init; }

    /// <summary>Whether feedback is a cost (lower is better) or a reward.</summary>
    public FeedbackKind Feedback { get; init; } = FeedbackKind.Reward;

    /// <summary>The least that feedback can be.</summary>
    public double FeedbackMin { get; init; }

    /// <summary>The most that feedback can be.</summary>
    public double FeedbackMax { get; init; } = 1;

    /// <summary>What the features are, as whoever reads them names them: learners of others are of no use.</summary>
    public string FeatureNames { get; init; } = "";

    /// <summary>How decisions and feedback come together.</summary>
    public JoinOptions Join { get; init; } = new();

    /// <summary>Whether all decisions have the same actions.</summary>
    public bool HasFixedActions => Actions.Count > 0;

    /// <summary>Numbers of an action's encoding: the context in the action's block, or shared and own features one after the other.</summary>
    public bool UsesBlocks => HasFixedActions && ActionFeatures == 0;

    /// <summary>What feedback and features mean: what a stored state is compared by.</summary>
    internal string Meaning => FormattableString.Invariant($"{Feedback} from {FeedbackMin} to {FeedbackMax}, features [{FeatureNames}]");

    /// <summary>The cost in [0, 1] that feedback means; outside of that where the feedback is out of range.</summary>
    public double CostOf(double feedback)
    {
        var share = (feedback - FeedbackMin) / (FeedbackMax - FeedbackMin);
        return Feedback == FeedbackKind.Cost ? share : 1 - share;
    }

    /// <summary>The feedback that a cost in [0, 1] means.</summary>
    public double FeedbackOf(double cost) =>
        FeedbackMin + ((Feedback == FeedbackKind.Cost ? cost : 1 - cost) * (FeedbackMax - FeedbackMin));

    /// <summary>Checks the settings against each other.</summary>
    /// <exception cref="OptionException">One of them cannot be used.</exception>
    public BanditTask Validate(string path = "task")
    {
        if (Actions.Count > MostActions || Actions.Any(string.IsNullOrEmpty) || Actions.Distinct(StringComparer.Ordinal).Count() != Actions.Count)
        {
            throw new OptionException(
                $"{path}.actions", $"[{string.Join(", ", Actions)}]",
                $"up to {MostActions} names, each once; none where each context brings its actions");
        }

        if (!(double.IsFinite(FeedbackMin) && double.IsFinite(FeedbackMax) && double.IsFinite(FeedbackMax - FeedbackMin) && FeedbackMin < FeedbackMax))
        {
            throw new OptionException(
                $"{path}.min", FormattableString.Invariant($"[{FeedbackMin}, {FeedbackMax}]"),
                "the least that feedback can be, with max the most: two finite numbers, the first one smaller");
        }

        if (SharedFeatures < 0 || ActionFeatures < 0 || (SharedFeatures == 0 && ActionFeatures == 0 && !HasFixedActions))
        {
            throw new OptionException(
                $"{path}.actions", "[]", "names, or features of each action in sources.contexts.action-features: nothing else tells actions apart");
        }

        Join.Validate(path, "reward-ttl");
        if (!double.IsNaN(Join.Missing) && CostOf(Join.Missing) is not (>= 0 and <= 1))
        {
            throw new OptionException($"{path}.missing", FormattableString.Invariant($"{Join.Missing}"), "drop, or feedback within its range");
        }

        return this;
    }
}

using StreamLearn.Learners.Drift;

namespace StreamLearn.Learners.Forecasting;

/// <summary>Signals and reactions as configuration and the drift topic write them.</summary>
public static class DriftNames
{
    /// <summary>Names of all reactions.</summary>
    public static IReadOnlyList<string> Reactions { get; } = [.. Enum.GetValues<DriftReaction>().Select(Text)];

    /// <summary>The name of a reaction.</summary>
    public static string Text(this DriftReaction reaction) => reaction switch
    {
        DriftReaction.None => "none",
        DriftReaction.RaiseLearningRate => "raise-learning-rate",
        DriftReaction.ResetOptimizer => "reset-optimizer",
        DriftReaction.Refit => "refit",
        DriftReaction.SwitchExpert => "switch-expert",
        _ => throw new ArgumentOutOfRangeException(nameof(reaction), reaction, "No reaction."),
    };

    /// <summary>The name of a signal.</summary>
    public static string Text(this DriftSignal signal) => signal == DriftSignal.Input ? "input" : "error";

    /// <summary>The reaction of that name.</summary>
    public static DriftReaction Reaction(string name) => Enum.GetValues<DriftReaction>().First(reaction => reaction.Text() == name);
}

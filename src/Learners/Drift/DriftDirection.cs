using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Drift;

/// <summary>Which changes of the mean are an alarm; in configuration <c>up</c>, <c>down</c>, <c>both</c>.</summary>
public enum DriftDirection
{
    /// <summary>The mean has grown: for errors, the learner has become worse.</summary>
    Up,

    /// <summary>The mean has fallen.</summary>
    Down,

    /// <summary>Either.</summary>
    Both,
}

internal static class DriftDirections
{
    internal static string Text(this DriftDirection direction) => direction switch
    {
        DriftDirection.Up => "up",
        DriftDirection.Down => "down",
        _ => "both",
    };

    internal static DriftDirection Direction(this OptionSet options, DriftDirection fallback) =>
        options.Choice("direction", fallback.Text(), "up", "down", "both") switch
        {
            "up" => DriftDirection.Up,
            "down" => DriftDirection.Down,
            _ => DriftDirection.Both,
        };

    /// <summary>Whether a mean that has changed by <paramref name="change"/> is an alarm.</summary>
    internal static bool Includes(this DriftDirection direction, double change) =>
        change > 0 ? direction != DriftDirection.Down : direction != DriftDirection.Up;
}

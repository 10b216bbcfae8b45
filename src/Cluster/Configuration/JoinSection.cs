using StreamLearn.Learners.Joining;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads how what comes apart comes together: decisions and feedback, features and labels.</summary>
internal static class JoinSection
{
    /// <param name="task">The block of the task.</param>
    /// <param name="timeToLive">What the task calls its time to live.</param>
    internal static JoinOptions Read(ConfigNode task, string timeToLive) => new()
    {
        TimeToLiveMilliseconds = (long)task.Duration(timeToLive, TimeSpan.FromMilliseconds(1)).TotalMilliseconds,
        MaxPending = (int)task.Whole("max-pending", 1, JoinOptions.MostPending),
        Duplicates = Policy(task, "duplicates", "drop", "dead-letter"),
        Late = Policy(task, "late", "drop", "dead-letter"),
        Early = Policy(task, "early", "hold", "drop", "dead-letter"),
    };

    private static JoinPolicy Policy(ConfigNode task, string name, params string[] choices) => task.Choice(name, choices) switch
    {
        "hold" => JoinPolicy.Hold,
        "dead-letter" => JoinPolicy.DeadLetter,
        _ => JoinPolicy.Drop,
    };
}

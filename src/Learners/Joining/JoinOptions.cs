using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Joining;

/// <summary>How decisions and the feedback on them, or features and their labels, come together. All of it runs on event time and counts of one key's records, never by the
/// clock: a replay joins the same.</summary>
public sealed record JoinOptions
{
    /// <summary>Most of <see cref="MaxPending"/>.</summary>
    public const int MostPending = 10_000_000;

    /// <summary>How long a decision waits for its feedback, in milliseconds of event time. Default one hour.</summary>
    public long TimeToLiveMilliseconds { get; init; } = 3_600_000;

    /// <summary>The most decisions of a key that wait at the same time; one more, and the oldest one's feedback counts as missing. Default 1000.</summary>
    public int MaxPending { get; init; } = 1000;

    /// <summary>What missing feedback counts as, in the feedback's own unit; NaN (the default): nothing is learned from it.</summary>
    public double Missing { get; init; } = double.NaN;

    /// <summary>What becomes of feedback for a decision that has had its feedback, and of contexts that come again.</summary>
    public JoinPolicy Duplicates { get; init; } = JoinPolicy.Drop;

    /// <summary>What becomes of feedback whose decision has waited too long.</summary>
    public JoinPolicy Late { get; init; } = JoinPolicy.Drop;

    /// <summary>What becomes of feedback whose decision has not been seen: waits for it, or not.</summary>
    public JoinPolicy Early { get; init; } = JoinPolicy.Hold;

    /// <summary>Checks all but <see cref="Missing"/>, which means something to a task only.</summary>
    /// <param name="path">Path of the task's settings.</param>
    /// <param name="timeToLive">What the task calls its time to live.</param>
    internal void Validate(string path, string timeToLive)
    {
        Require(TimeToLiveMilliseconds >= 1, timeToLive, FormattableString.Invariant($"{TimeToLiveMilliseconds} ms"), "a duration of 1 ms or more");
        Require(MaxPending is >= 1 and <= MostPending, "max-pending", FormattableString.Invariant($"{MaxPending}"), "a number of decisions from 1 to 10000000");
        Require(Duplicates != JoinPolicy.Hold, "duplicates", "hold", "drop or dead-letter");
        Require(Late != JoinPolicy.Hold, "late", "hold", "drop or dead-letter");

        void Require(bool holds, string name, string actual, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{path}.{name}", actual, expected);
            }
        }
    }
}

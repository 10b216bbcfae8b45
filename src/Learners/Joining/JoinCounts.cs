using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Joining;

/// <summary>What has become of decisions and of the feedback on them.</summary>
/// <param name="Joined">Feedback that found its decision, or waited for it.</param>
/// <param name="Missing">Decisions whose feedback did not come within the time to live.</param>
/// <param name="Overflowed">Decisions that made room for newer ones before their feedback came.</param>
/// <param name="Duplicates">Feedback for a decision that had had its feedback.</param>
/// <param name="DuplicateDecisions">Contexts whose id had been decided on.</param>
/// <param name="Late">Feedback whose decision had waited too long, or had made room.</param>
/// <param name="Held">Feedback that came before its decision, and waited.</param>
/// <param name="Unknown">Feedback whose decision has not been seen: refused, or held in vain.</param>
[MessagePackObject]
public readonly record struct JoinCounts(
    [property: Key(0)] long Joined, [property: Key(1)] long Missing, [property: Key(2)] long Overflowed, [property: Key(3)] long Duplicates,
    [property: Key(4)] long DuplicateDecisions, [property: Key(5)] long Late, [property: Key(6)] long Held, [property: Key(7)] long Unknown)
{
    /// <summary>Both together.</summary>
    public static JoinCounts operator +(JoinCounts one, JoinCounts other) => new(
        one.Joined + other.Joined, one.Missing + other.Missing, one.Overflowed + other.Overflowed, one.Duplicates + other.Duplicates,
        one.DuplicateDecisions + other.DuplicateDecisions, one.Late + other.Late, one.Held + other.Held, one.Unknown + other.Unknown);

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(8);
        foreach (var count in (ReadOnlySpan<long>)[Joined, Missing, Overflowed, Duplicates, DuplicateDecisions, Late, Held, Unknown])
        {
            writer.Write(count);
        }
    }

    internal static JoinCounts Load(ref MessagePackReader reader)
    {
        reader.ReadLength(8);
        var counts = new JoinCounts(
            reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(),
            reader.ReadInt64());
        StateFormat.Require(
            (counts.Joined | counts.Missing | counts.Overflowed | counts.Duplicates | counts.DuplicateDecisions | counts.Late | counts.Held | counts.Unknown) >= 0,
            "a count is negative");
        return counts;
    }
}

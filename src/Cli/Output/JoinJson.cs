using System.Text.Json.Nodes;
using StreamLearn.Learners.Joining;

namespace StreamLearn.Cli.Output;

/// <summary>What has become of what comes apart, for people and as JSON.</summary>
internal static class JoinJson
{
    /// <param name="counts">What has become of it.</param>
    /// <param name="repeated">What those are called that have come again: <c>decisions</c>, <c>features</c>.</param>
    internal static JsonObject Of(JoinCounts counts, string repeated) => new()
    {
        ["joined"] = counts.Joined,
        ["missing"] = counts.Missing,
        ["overflowed"] = counts.Overflowed,
        ["late"] = counts.Late,
        ["duplicates"] = counts.Duplicates,
        ["early"] = counts.Held,
        ["unknown"] = counts.Unknown,
        [$"duplicate_{repeated}"] = counts.DuplicateDecisions,
    };

    /// <summary>The same in a line.</summary>
    /// <param name="counts">What has become of it.</param>
    /// <param name="what">What comes after, as in <c>feedback</c>.</param>
    /// <param name="repeated">What comes before, as in <c>contexts</c>.</param>
    internal static string Line(JoinCounts counts, string what, string repeated) => FormattableString.Invariant(
        $"{what}: {counts.Joined} joined, {counts.Missing} missing, {counts.Overflowed} made room, {counts.Late} late, {counts.Duplicates} duplicate, ")
        + FormattableString.Invariant($"{counts.Held} early, {counts.Unknown} unknown; {counts.DuplicateDecisions} {repeated} repeated");
}

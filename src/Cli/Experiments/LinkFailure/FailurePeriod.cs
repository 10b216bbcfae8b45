namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>Targets that are scored together.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="From">First bin, from the failure on.</param>
/// <param name="Bins">How many.</param>
internal sealed record FailurePeriod(string Name, int From, int Bins)
{
    /// <summary>Bins of an hour.</summary>
    private const int Hour = 12;

    internal static readonly FailurePeriod Before = new("before (24 h)", -24 * Hour, 24 * Hour);

    internal static readonly FailurePeriod FirstDay = new("24 h", 0, 24 * Hour);

    /// <summary>All of them, in order of time.</summary>
    internal static readonly IReadOnlyList<FailurePeriod> All =
        [Before, new("1 h", 0, Hour), new("6 h", 0, 6 * Hour), FirstDay, new("7 d", 0, 7 * 24 * Hour)];
}

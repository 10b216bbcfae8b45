namespace StreamLearn.Simulation.Networks;

/// <summary>What a failure does to the load of one link that is not of the failed cable.</summary>
/// <param name="Link">Index of the link.</param>
/// <param name="MeanBefore">Mean over the 24 hours before the failure, Mbit/s.</param>
/// <param name="MeanAfter">Mean over the 24 hours from the failure on, Mbit/s.</param>
/// <param name="MeanWithout">Mean over the same 24 hours from the failure on, had there been none, Mbit/s.</param>
public sealed record LinkShift(int Link, double MeanBefore, double MeanAfter, double MeanWithout)
{
    /// <summary>From this severity on a shift is moderate.</summary>
    public const double ModerateFrom = 0.1;

    /// <summary>Above this severity a shift is drastic.</summary>
    public const double DrasticAbove = 0.5;

    /// <summary>
    /// S = |mean 24 h after - mean 24 h before| / mean 24 h before. Whole days, so that the hours of the day do not count; that
    /// one day has more traffic than the other still does.
    /// </summary>
    public double Severity => Math.Abs(MeanAfter - MeanBefore) / MeanBefore;

    /// <summary>
    /// |mean 24 h after - mean of the same 24 h without the failure| / the latter: of the failure alone. Infinite if there would be no load
    /// without it.
    /// </summary>
    public double CounterfactualSeverity =>
        MeanAfter == MeanWithout ? 0 : Math.Abs(MeanAfter - MeanWithout) / MeanWithout;

    /// <summary>The class of <see cref="Severity"/>.</summary>
    public ShiftClass Class => ClassOf(Severity);

    /// <summary>The class of <see cref="CounterfactualSeverity"/>: what it would be if all days had the same traffic.</summary>
    public ShiftClass CounterfactualClass => ClassOf(CounterfactualSeverity);

    /// <summary>The class of a severity.</summary>
    public static ShiftClass ClassOf(double severity) => severity switch
    {
        > DrasticAbove => ShiftClass.Drastic,
        >= ModerateFrom => ShiftClass.Moderate,
        _ => ShiftClass.None,
    };
}

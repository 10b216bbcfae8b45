namespace StreamLearn.Learners.Watching;

/// <summary>Places in <see cref="KeyStanding.Numbers"/> of a key of a bandit pipeline. NaN: there is none yet.</summary>
public static class BanditStanding
{
    /// <summary>Decisions made.</summary>
    public const int Decisions = 0;

    /// <summary>Decisions whose cost has been learned.</summary>
    public const int Learned = 1;

    /// <summary>Decisions that wait for feedback.</summary>
    public const int Waiting = 2;

    /// <summary>Mean cost in [0, 1], since the start.</summary>
    public const int Loss = 3;

    /// <summary>Fading mean cost, of about the last 1000 decisions.</summary>
    public const int FadingLoss = 4;

    /// <summary>Fading mean of the probability that the chosen action had.</summary>
    public const int Propensity = 5;

    /// <summary>How many there are.</summary>
    public const int Count = 6;
}

namespace StreamLearn.Simulation.Bandits;

/// <summary>Where a path goes at present.</summary>
/// <param name="Links">Its links from the source on; null if a cable is down and there is no way round it.</param>
/// <param name="IsRepaired">Whether it goes round a cable that is down.</param>
internal readonly record struct PathRoute(int[]? Links, bool IsRepaired);

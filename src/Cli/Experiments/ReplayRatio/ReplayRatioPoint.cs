namespace StreamLearn.Cli.Experiments.ReplayRatio;

/// <summary>How a run stood at the end of an interval.</summary>
/// <param name="Steps">Agent steps so far.</param>
/// <param name="Return">Mean return of the episodes of the interval, as they were lived, noise and all.</param>
/// <param name="TestReturn">Mean return of episodes without noise.</param>
/// <param name="Utilisation">Mean of the highest utilisation in these, where the world has links; else NaN.</param>
/// <param name="CriticFau">Mean fraction of active units of the critic over the updates of the interval.</param>
/// <param name="ActorFau">That of the actor.</param>
/// <param name="Ratio">The replay ratio.</param>
internal readonly record struct ReplayRatioPoint(
    long Steps, double Return, double TestReturn, double Utilisation, double CriticFau, double ActorFau, double Ratio);

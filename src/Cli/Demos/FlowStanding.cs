using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Cli.Demos;

/// <summary>How the choices of paths stand at one moment.</summary>
/// <param name="Time">Time of the newest flow, milliseconds since 1970.</param>
/// <param name="FailedLink">The first link of the cable that is down for it; null: none is.</param>
/// <param name="Repeated">Decisions that came again, counted once.</param>
/// <param name="Unknown">Decisions on flows or for paths that there are not.</param>
/// <param name="MeanOpen">Flows that waited for their path when another one began, on average; NaN before the first.</param>
/// <param name="Total">Expected costs of all choices.</param>
/// <param name="Pairs">By pair, in the order of the world.</param>
/// <param name="Phases">In the order in which cables failed and came back.</param>
internal sealed record FlowStanding(
    long Time, string? FailedLink, long Repeated, long Unknown, double MeanOpen, RegretTotals Total, IReadOnlyList<PairStanding> Pairs,
    IReadOnlyList<PhaseStanding> Phases);

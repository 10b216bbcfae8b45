using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Cli.Demos;

/// <summary>How choices stand while a cable was down, or while none was.</summary>
/// <param name="FailedLink">The first link of the cable; null: none was down.</param>
/// <param name="Regret">Expected costs of the choices, the best fixed ones being those of the phase.</param>
internal sealed record PhaseStanding(string? FailedLink, RegretTotals Regret);

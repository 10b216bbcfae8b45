using StreamLearn.Learners.Forecasting;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>One link around one failure, and how every model fared on it.</summary>
/// <param name="Seed">Of demands, failures and learners.</param>
/// <param name="Cable">What failed.</param>
/// <param name="FailureBin">When.</param>
/// <param name="Link">The link.</param>
/// <param name="Class">How hard it was hit.</param>
/// <param name="Severity">The number that the class is taken from.</param>
/// <param name="Capacity">Mbit/s.</param>
/// <param name="Scores">For each model, for each horizon.</param>
/// <param name="Alerts">For each model, its alerts from the failure on.</param>
internal sealed record ShiftedLink(
    ulong Seed, string Cable, int FailureBin, string Link, ShiftClass Class, double Severity, double Capacity, ShiftScore[][] Scores,
    AlertCounts[] Alerts);

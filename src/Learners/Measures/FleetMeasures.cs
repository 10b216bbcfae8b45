namespace StreamLearn.Learners.Measures;

/// <summary>How the learners of a fleet stand.</summary>
/// <param name="Total">All of its keys whose learners are in memory, in the order of their bytes.</param>
/// <param name="Keys">Some of them, each alone.</param>
/// <param name="PassiveKeys">Keys whose learners are not in memory: they are in neither.</param>
public sealed record FleetMeasures(TaskMeasures Total, IReadOnlyList<KeyMeasures> Keys, int PassiveKeys);

namespace StreamLearn.Learners.Drift;

/// <summary>A stream of which it is known where it changes.</summary>
/// <param name="Values">The values.</param>
/// <param name="Drifts">Index of the first value of each new kind, ascending; empty: the values are all of one kind.</param>
public sealed record DriftSeries(IReadOnlyList<double> Values, IReadOnlyList<int> Drifts);

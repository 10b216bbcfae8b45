namespace StreamLearn.Learners.Watching;

/// <summary>What a record was to its key.</summary>
/// <param name="Time">Its event time, ms since 1970.</param>
/// <param name="Numbers">By the task: see <see cref="KeyWatcher.Width"/>.</param>
public readonly record struct KeyPoint(long Time, double[] Numbers);

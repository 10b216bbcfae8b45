namespace StreamLearn.Learners.Measures;

/// <summary>How the learners of one key stand.</summary>
/// <param name="Key">The key, UTF-8.</param>
/// <param name="IsNamed">Whether it was asked for by its name.</param>
/// <param name="Rank">What it was chosen by otherwise.</param>
/// <param name="Measures">The measures of it alone.</param>
public sealed record KeyMeasures(byte[] Key, bool IsNamed, double Rank, TaskMeasures Measures);

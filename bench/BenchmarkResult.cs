namespace StreamLearn.Bench;

/// <summary>What a benchmark has found.</summary>
/// <param name="Rows">The measures, as <c>--json</c> prints them.</param>
/// <param name="Table">The same as one Markdown table, for <c>--table</c>; null: the benchmark has none.</param>
internal sealed record BenchmarkResult(IReadOnlyList<BenchmarkRow> Rows, string? Table = null);

using System.Text.Json;
using StreamLearn.Bench;
using StreamLearn.Bench.Throughput;

// dotnet run -c Release --project bench -- NAME [--json]
var benchmarks = new Dictionary<string, Func<TextWriter, Task<IReadOnlyList<BenchmarkRow>>>>
{
    ["throughput"] = ThroughputBenchmark.RunAsync,
};
var json = args.Contains("--json");
var names = args.Where(arg => arg != "--json").ToArray();
if (names.Length != 1 || !benchmarks.TryGetValue(names[0], out var benchmark))
{
    await Console.Error.WriteLineAsync($"bench: expected one name of {string.Join(", ", benchmarks.Keys)}, and --json if wanted.");
    return 2;
}

var rows = await benchmark(Console.Error);
foreach (var row in rows)
{
    await Console.Error.WriteLineAsync(row.ToString());
}

if (json)
{
    await Console.Out.WriteLineAsync(JsonSerializer.Serialize(rows, BenchmarkRow.Json));
}

return 0;

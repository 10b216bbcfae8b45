using System.Text.Json;
using StreamLearn.Bench;
using StreamLearn.Bench.Networks;
using StreamLearn.Bench.Throughput;

// dotnet run -c Release --project bench -- NAME [--json] [--table]
// dotnet run -c Release --project bench -- micro [BenchmarkDotNet's options]
if (args is ["micro", .. var rest])
{
    return MicroBenchmarks.Run(rest);
}

var benchmarks = new Dictionary<string, Func<TextWriter, Task<BenchmarkResult>>>
{
    ["networks"] = log => Task.FromResult(NetworksBenchmark.Run(log)),
    ["throughput"] = ThroughputBenchmark.RunAsync,
};
string[] withTable = ["networks"];
var (json, table) = (args.Contains("--json"), args.Contains("--table"));
var names = args.Where(arg => arg is not ("--json" or "--table")).ToArray();
if (names.Length != 1 || !benchmarks.TryGetValue(names[0], out var benchmark) || (table && !withTable.Contains(names[0])))
{
    await Console.Error.WriteLineAsync(
        $"bench: expected one name of {string.Join(", ", benchmarks.Keys)}, with --json and --table ({string.Join(", ", withTable)} only) "
        + "if wanted; or micro and options of BenchmarkDotNet.");
    return 2;
}

var result = await benchmark(Console.Error);
foreach (var row in result.Rows)
{
    await Console.Error.WriteLineAsync(row.ToString());
}

if (table)
{
    await Console.Out.WriteLineAsync(result.Table);
}

if (json)
{
    await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result.Rows, BenchmarkRow.Json));
}

return 0;

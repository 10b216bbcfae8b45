using System.Text.Json;
using StreamLearn.Bench;
using StreamLearn.Bench.Bandits;
using StreamLearn.Bench.Checkpoints;
using StreamLearn.Bench.Classify;
using StreamLearn.Bench.Fleet;
using StreamLearn.Bench.Language;
using StreamLearn.Bench.Metrics;
using StreamLearn.Bench.Networks;
using StreamLearn.Bench.Replay;
using StreamLearn.Bench.Reweighting;
using StreamLearn.Bench.Scaling;
using StreamLearn.Bench.Serving;
using StreamLearn.Bench.Throughput;

// dotnet run -c Release --project bench -- NAME [--json] [--table] [--links N]
// dotnet run -c Release --project bench -- micro [BenchmarkDotNet's options]
if (args is ["micro", .. var rest])
{
    return MicroBenchmarks.Run(rest);
}

var benchmarks = new Dictionary<string, Func<BenchmarkArguments, TextWriter, Task<BenchmarkResult>>>
{
    ["bandits"] = (_, log) => Task.FromResult(BanditsBenchmark.Run(log)),
    ["checkpoints"] = (_, log) => CheckpointsBenchmark.RunAsync(log),
    ["classify"] = (_, log) => Task.FromResult(ClassifyBenchmark.Run(log)),
    ["encode"] = (_, log) => Task.FromResult(EncodeBenchmark.Run(log)),
    ["fleet"] = (arguments, log) => Task.FromResult(FleetBenchmark.Run(arguments.Links ?? FleetBenchmark.Links, log)),
    ["language"] = (_, log) => Task.FromResult(GptThroughput.Run(log)),
    ["liquid"] = (_, log) => Task.FromResult(NetworksBenchmark.Run(NetworkSuite.Liquid, log)),
    ["metrics"] = (_, log) => MetricsBenchmark.RunAsync(log),
    ["networks"] = (_, log) => Task.FromResult(NetworksBenchmark.Run(NetworkSuite.Small, log)),
    ["replay"] = (_, log) => Task.FromResult(ReplayBenchmark.Run(log)),
    ["reweighting"] = (_, log) => Task.FromResult(ReweightingBenchmark.Run(log)),
    ["scaling"] = (_, log) => ScalingBenchmark.RunAsync(log),
    ["serving"] = (_, log) => ServingBenchmark.RunAsync(log),
    ["throughput"] = (_, log) => ThroughputBenchmark.RunAsync(log),
};
string[] withTable = ["liquid", "networks", "scaling"];
string[] withLinks = ["fleet"];
var name = args.FirstOrDefault("");
if (!benchmarks.TryGetValue(name, out var benchmark)
    || BenchmarkArguments.Parse(args.AsSpan(1)) is not { } arguments
    || (arguments.Table && !withTable.Contains(name))
    || (arguments.Links is not null && !withLinks.Contains(name)))
{
    await Console.Error.WriteLineAsync(
        $"bench: expected one name of {string.Join(", ", benchmarks.Keys)}, then, if wanted, --json, --table ({string.Join(", ", withTable)} only), "
        + $"--links N from 1 to 1000000 ({string.Join(", ", withLinks)} only); or micro and options of BenchmarkDotNet.");
    return 2;
}

var result = await benchmark(arguments, Console.Error);
foreach (var row in result.Rows)
{
    await Console.Error.WriteLineAsync(row.ToString());
}

if (arguments.Table)
{
    await Console.Out.WriteLineAsync(result.Table);
}

if (arguments.Json)
{
    await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result.Rows, BenchmarkRow.Json));
}

return 0;

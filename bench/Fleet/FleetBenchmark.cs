using System.Globalization;
using System.Runtime;
using StreamLearn.Learners;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Bench.Fleet;

/// <summary>
/// Predict-and-learn steps per second on one thread, and bytes per key, of a fleet of the learner <c>liquid</c> with its defaults: a CfC of
/// 16 units for each link, windows of 16 records, Adam, three horizons, a record of each link at every tick.
/// </summary>
internal static class FleetBenchmark
{
    internal const int Links = 10_000;

    // All outputs have targets after window + furthest horizon = 28 ticks; the rest is for the compiler.
    private const int WarmUpTicks = 40;
    private const int Ticks = 25;

    internal static BenchmarkResult Run(int links, TextWriter log)
    {
        var loads = new LinkLoads(links);
        var plan = new ForecastPlan(
            new ForecastTask(), [LearnerChoice.Named("forecast", "liquid")], seed: 1, maxKeys: links);
        var tick = loads.Next();
        PredictionBatch[] predictions = [.. tick.Select(batch => PredictionBatch.Allocate(batch.Count, plan.Task.PredictionWidth))];
        var without = ManagedBytes();
        var fleet = new ForecastFleet(plan, links);
        for (var i = 0; i < WarmUpTicks; i++)
        {
            Process(fleet, tick, predictions);
            tick = loads.Next();
        }

        tick = [];
        var bytes = (double)(ManagedBytes() - without) / links;
        var rates = new List<double>();
        var processorTimes = new List<double>();
        var allocated = 0L;
        for (var i = 0; i < Ticks; i++)
        {
            tick = loads.Next();
            var processor = Environment.CpuUsage.TotalTime;
            var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
            var start = TimeProvider.System.GetTimestamp();
            Process(fleet, tick, predictions);
            var time = TimeProvider.System.GetElapsedTime(start);
            allocated = Math.Max(allocated, GC.GetAllocatedBytesForCurrentThread() - allocatedBefore);
            processorTimes.Add((Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / links);
            rates.Add(links / time.TotalSeconds);
        }

        RequireLearning(fleet, predictions);
        rates.Sort();
        processorTimes.Sort();
        log.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{links} links, {Ticks} ticks: {rates[0]:0} to {rates[^1]:0} steps/s, {1e6 / rates[rates.Count / 2]:0.00} us a step in the median"));
        return new BenchmarkResult(
        [
            new BenchmarkRow("steps", rates[rates.Count / 2], "steps/s"),
            new BenchmarkRow("steps/best", rates[^1], "steps/s"),
            new BenchmarkRow("processor", processorTimes[processorTimes.Count / 2], "us/step"),
            new BenchmarkRow("memory", bytes, "bytes/key"),
            new BenchmarkRow("allocated", (double)allocated / links, "bytes/step"),
        ]);
    }

    private static void Process(ForecastFleet fleet, IReadOnlyList<ExampleBatch> tick, PredictionBatch[] predictions)
    {
        for (var i = 0; i < tick.Count; i++)
        {
            fleet.Process(tick[i], 0, predictions[i]);
        }
    }

    /// <summary>What the fleet costs is only worth knowing if it works: no record or step refused, and forecasts that are not the last
    /// value any more.</summary>
    private static void RequireLearning(ForecastFleet fleet, PredictionBatch[] predictions)
    {
        var predicted = predictions.All(batch => batch.Statuses.All(status => status == ExampleStatus.Predicted));
        var key = fleet.Report(0, 1)[0];
        if (!predicted || key.Refused.Any(refused => refused > 0) || key.Forecasts.All(forecast => forecast == key.Value))
        {
            throw new InvalidOperationException("The fleet has refused records or steps, or has not learned.");
        }
    }

    /// <summary>Bytes of all live objects, those on the pinned heap included, where the networks' vectors lie.</summary>
    private static long ManagedBytes()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}

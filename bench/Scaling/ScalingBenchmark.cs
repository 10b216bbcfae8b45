using System.Globalization;
using StreamLearn.Bench.Checkpoints;

namespace StreamLearn.Bench.Scaling;

/// <summary>
/// What a record costs in a cluster: processor time of 2 and of 4 learner processes that share the work, against one that does it all, on one machine; and what they send each
/// other meanwhile. Broker and producer are not counted.
/// </summary>
internal static class ScalingBenchmark
{
    private const int Rounds = 2;
    private const int Waves = 3;

    // Records of each link.
    private const int WarmUp = 200;
    private const int Wave = 150;

    internal static async Task<BenchmarkResult> RunAsync(TextWriter log)
    {
        await log.WriteLineAsync(
            $"{LinkTopic.Links} links, {LinkTopic.Partitions} partitions; {WarmUp * LinkTopic.Links} records to warm up, then {Waves} waves of {Wave * LinkTopic.Links}");
        var found = ScalingCase.All.SelectMany(_ => ClusterLayout.All, (@case, layout) => (Case: @case, Layout: layout)).ToDictionary(each => each, _ => new List<ClusterMeasurement>());
        for (var round = 1; round <= Rounds; round++)
        {
            foreach (var ((@case, layout), rounds) in found)
            {
                rounds.Add(await ClusterRun.MeasureAsync(@case, layout, WarmUp, Wave, Waves));
                foreach (var wave in rounds[^1].Waves)
                {
                    await log.WriteLineAsync(string.Create(
                        CultureInfo.InvariantCulture,
                        $"round {round}: {layout.Name}{@case.Suffix}: {wave.ProcessorSecondsPerMillion:0.00} CPU s/million, {wave.RecordsPerSecond:0} records/s, "
                        + $"{wave.Messages} messages, {wave.MessageBytes} bytes, {wave.SocketBytes} on sockets; idle {rounds[^1].IdleProcessors:0.000} CPU s/s"));
                }
            }
        }

        ScalingMeasurement[] measured = [.. found.Select(each => new ScalingMeasurement(each.Key.Case, each.Key.Layout, each.Value))];
        return new BenchmarkResult([.. measured.SelectMany(each => Rows(each, SingleOf(measured, each)))], ScalingTable.Format(measured));
    }

    /// <summary>The single process with the same learner.</summary>
    internal static ScalingMeasurement SingleOf(IEnumerable<ScalingMeasurement> measured, ScalingMeasurement of) =>
        measured.First(each => each.Case == of.Case && each.Layout == ClusterLayout.Single);

    private static IEnumerable<BenchmarkRow> Rows(ScalingMeasurement of, ScalingMeasurement single)
    {
        const string Peer = "single process";
        var cpu = of.Median(wave => wave.ProcessorSecondsPerMillion);
        var speed = of.Median(wave => wave.RecordsPerSecond);
        if (of == single)
        {
            yield return new BenchmarkRow($"cpu-{of.Name}", cpu, "CPU s/million");
            yield return new BenchmarkRow($"records-{of.Name}", speed, "records/s");
            yield return new BenchmarkRow($"idle-{of.Name}", of.IdleProcessors, "CPU s/s");
            yield break;
        }

        var (singleCpu, singleSpeed) = (single.Median(wave => wave.ProcessorSecondsPerMillion), single.Median(wave => wave.RecordsPerSecond));
        yield return new BenchmarkRow($"cpu-{of.Name}", cpu, "CPU s/million", Peer, singleCpu, singleCpu / cpu);
        yield return new BenchmarkRow($"records-{of.Name}", speed, "records/s", Peer, singleSpeed, speed / singleSpeed);
        yield return new BenchmarkRow($"idle-{of.Name}", of.IdleProcessors, "CPU s/s");
        if (of.Layout.Joins)
        {
            yield return new BenchmarkRow($"messages-{of.Name}", of.Median(wave => wave.MessagesPerMillion), "messages/million");
            yield return new BenchmarkRow($"message-bytes-{of.Name}", of.Median(wave => wave.MessageBytesPerMillion) / 1e6, "bytes/record");
        }

        if (of.Layout.Joins && of.HasSockets)
        {
            yield return new BenchmarkRow($"socket-bytes-{of.Name}", of.Median(wave => wave.SocketBytesPerMillion ?? 0) / 1e6, "bytes/record");
        }
    }
}

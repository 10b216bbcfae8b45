using System.Globalization;
using StreamLearn.Bench.Programs;
using StreamLearn.Bench.Throughput;

namespace StreamLearn.Bench.Metrics;

/// <summary>
/// What metrics cost: records per second of a whole pipeline with them, measured every second and written to a server in this process, ten keys alone,
/// against the same pipeline without, in turn; and <see cref="EncodeBenchmark"/>.
/// </summary>
internal static class MetricsBenchmark
{
    private const int Rounds = 5;

    internal static async Task<BenchmarkResult> RunAsync(TextWriter log)
    {
        await using var broker = await BrokerProcess.StartAsync(
        [
            $"{Workload.Topic}:{Workload.Partitions}",
            .. Enumerable.Range(0, Rounds + 1).SelectMany(round => PipelineLoad.Outputs(Name(round, true)).Concat(PipelineLoad.Outputs(Name(round, false))))
                .Select(topic => $"{topic}:{Workload.Partitions}"),
        ]);
        await using var influx = new LocalInflux(FreePort.Next());
        await Workload.FillAsync(broker.BootstrapServers);
        var with = new List<Measurement>();
        var without = new List<Measurement>();
        for (var round = 0; round <= Rounds; round++)
        {
            // Who is first in a round is last in the next: a machine that slows down takes from both.
            Measurement? on = null, off = null;
            foreach (var measured in round % 2 == 0 ? (bool[])[true, false] : [false, true])
            {
                var run = await PipelineRun.MeasureAsync(broker.BootstrapServers, Load(round, measured, influx.Url));
                (on, off) = measured ? (run, off) : (on, run);
            }

            await log.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"round {(round == 0 ? "warm-up" : round)}: with metrics {on!.RecordsPerSecond:0} records/s, {on.BytesPerRecord:0} bytes/record; "
                + $"without {off!.RecordsPerSecond:0} records/s, {off.BytesPerRecord:0} bytes/record"));
            if (round > 0)
            {
                with.Add(on);
                without.Add(off);
            }
        }

        if (influx.Bytes == 0)
        {
            throw new InvalidOperationException("No metrics were written.");
        }

        const string Peer = "metrics off";
        var (speed, peerSpeed) = (Median(with, run => run.RecordsPerSecond), Median(without, run => run.RecordsPerSecond));
        var (bytes, peerBytes) = (Median(with, run => run.BytesPerRecord), Median(without, run => run.BytesPerRecord));
        return new BenchmarkResult(
        [
            new BenchmarkRow("pipeline", speed, "records/s", Peer, peerSpeed, speed / peerSpeed),
            new BenchmarkRow("pipeline/allocated", bytes, "bytes/record", Peer, peerBytes, peerBytes / bytes),
            .. EncodeBenchmark.Run(log).Rows,
        ]);
    }

    private static string Name(int round, bool measured) => string.Create(CultureInfo.InvariantCulture, $"metrics-{(measured ? "on" : "off")}-{round}");

    private static PipelineLoad Load(int round, bool measured, string url) => new(
        Name(round, measured), Workload.Topic, Workload.Records,
        """
        task { horizons = [1] }
        learner { kind = last-value }
        rivals = []
        """,
        measured
            ? $$"""metrics { every = 1s, keys { top = 10 }, influxdb { enabled = on, org = bench, url = "{{url}}", spool { max-bytes = 0 } } }"""
            : "metrics.enabled = off");

    private static double Median(List<Measurement> runs, Func<Measurement, double> value) => runs.Select(value).Order().ElementAt(runs.Count / 2);
}

using System.Globalization;
using StreamLearn.Bench.Programs;

namespace StreamLearn.Bench.Throughput;

/// <summary>
/// Records per second of a whole pipeline, topic to predictions topic, with the learner <c>last-value</c>, against a bare consume-produce
/// loop on the same client. The embedded broker runs in a process of its own and holds the records before either starts; both are warmed
/// up, then measured in turn, and the medians are compared.
/// </summary>
internal static class ThroughputBenchmark
{
    private const int Rounds = 5;

    internal static async Task<BenchmarkResult> RunAsync(TextWriter log)
    {
        await using var broker = await BrokerProcess.StartAsync(
        [
            $"{Workload.Topic}:{Workload.Partitions}",
            // Made beforehand: a client that writes to a topic which is not there waits a second for it.
            .. Enumerable.Range(0, Rounds + 1).SelectMany(round => BareLoop.Outputs(round).Concat(PipelineLoad.Outputs(Name(round))))
                .Select(topic => $"{topic}:{Workload.Partitions}"),
        ]);
        await Workload.FillAsync(broker.BootstrapServers);
        await log.WriteLineAsync($"{Workload.Records} records of {Workload.RecordBytes} bytes, {Workload.Keys} keys, {Workload.Partitions} partitions");
        var bare = new List<Measurement>();
        var pipeline = new List<Measurement>();
        for (var round = 0; round <= Rounds; round++)
        {
            var name = round == 0 ? "warm-up" : round.ToString(CultureInfo.InvariantCulture);
            var bareRound = await BareLoop.MeasureAsync(broker.BootstrapServers, round);
            var pipelineRound = await PipelineRun.MeasureAsync(broker.BootstrapServers, Load(round));
            await log.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"round {name}: bare loop {bareRound.RecordsPerSecond:0} records/s, {bareRound.BytesPerRecord:0} bytes/record; "
                + $"pipeline {pipelineRound.RecordsPerSecond:0} records/s, {pipelineRound.BytesPerRecord:0} bytes/record"));
            if (round > 0)
            {
                bare.Add(bareRound);
                pipeline.Add(pipelineRound);
            }
        }

        const string Peer = "bare consume-produce loop";
        var (speed, bareSpeed) = (Median(pipeline, run => run.RecordsPerSecond), Median(bare, run => run.RecordsPerSecond));
        var (bytes, bareBytes) = (Median(pipeline, run => run.BytesPerRecord), Median(bare, run => run.BytesPerRecord));
        return new BenchmarkResult(
        [
            new BenchmarkRow("pipeline", speed, "records/s", Peer, bareSpeed, speed / bareSpeed),
            new BenchmarkRow("allocated", bytes, "bytes/record", Peer, bareBytes, bareBytes / bytes),
            new BenchmarkRow("allocated-beyond-loop", bytes - bareBytes, "bytes/record"),
        ]);
    }

    private static string Name(int round) => string.Create(CultureInfo.InvariantCulture, $"throughput-{round}");

    // One horizon: a prediction is then about as long as the record that it is for, as in the bare loop.
    private static PipelineLoad Load(int round) => new(
        Name(round), Workload.Topic, Workload.Records,
        """
        task { horizons = [1] }
        learner { kind = last-value }
        rivals = []
        """);

    private static double Median(List<Measurement> runs, Func<Measurement, double> value) => runs.Select(value).Order().ElementAt(runs.Count / 2);
}

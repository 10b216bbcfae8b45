using System.Globalization;
using StreamLearn.Bench.Programs;

namespace StreamLearn.Bench.Checkpoints;

/// <summary>
/// What checkpoints cost: records per second of a pipeline of 1,000 links with the learner <c>liquid</c> that stores all of them every
/// 10 s, against the same without checkpoints. And what they give: seconds from a node's start to the first prediction.
/// </summary>
internal static class CheckpointsBenchmark
{
    private const int Rounds = 5;

    // A run is then about twice as long as the time from one checkpoint to the next.
    private const int RecordsOfLink = 1_500;
    private const int Records = RecordsOfLink * LinkTopic.Links;
    private const string With = "checkpoint { every = 10s, every-records = 0 }";
    private const string Without = "checkpoint { every = 1d, every-records = 0 }";

    internal static async Task<BenchmarkResult> RunAsync(TextWriter log) =>
        new([await ThroughputAsync(log), .. await RestartMeasurement.RunAsync(log)]);

    private static async Task<BenchmarkRow> ThroughputAsync(TextWriter log)
    {
        // The first is a warm-up.
        var rounds = Enumerable.Range(0, Rounds + 1).ToArray();
        await using var broker = await BrokerProcess.StartAsync(
            rounds.SelectMany(round => PipelineLoad.Outputs(Name("with", round)).Concat(PipelineLoad.Outputs(Name("without", round))))
                .Prepend("links").Select(topic => $"{topic}:{LinkTopic.Partitions}"));
        using var topic = new LinkTopic(broker.BootstrapServers, "links");
        await topic.FillAsync(RecordsOfLink);
        await log.WriteLineAsync($"{Records} records, {LinkTopic.Links} links, {LinkTopic.Partitions} partitions");
        var with = new List<double>();
        var without = new List<double>();
        foreach (var round in rounds)
        {
            var plain = await PipelineRun.MeasureAsync(broker.BootstrapServers, Load(Name("without", round), Without));
            var stored = await PipelineRun.MeasureAsync(broker.BootstrapServers, Load(Name("with", round), With));
            if (stored.Checkpoints < LinkTopic.Partitions || plain.Checkpoints > 0)
            {
                throw new InvalidOperationException(
                    $"There were {stored.Checkpoints} and {plain.Checkpoints} checkpoints; expected at least {LinkTopic.Partitions} and none.");
            }

            await log.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"round {(round == 0 ? "warm-up" : round)}: without {plain.RecordsPerSecond:0} records/s; with {stored.RecordsPerSecond:0} records/s, {stored.Checkpoints} checkpoints"));
            if (round > 0)
            {
                with.Add(stored.RecordsPerSecond);
                without.Add(plain.RecordsPerSecond);
            }
        }

        var (speed, plainSpeed) = (Median(with), Median(without));
        return new BenchmarkRow("throughput", speed, "records/s", "no checkpoints", plainSpeed, speed / plainSpeed);
    }

    private static string Name(string kind, int round) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{round}");

    private static PipelineLoad Load(string name, string settings) => new(
        name, "links", Records,
        """
        task { horizons = [1, 3, 12] }
        learner { kind = liquid }
        rivals = []
        """,
        settings);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

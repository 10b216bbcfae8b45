using Akka.Actor;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Tests.Ingest;

/// <summary>The ingest stage and the buckets' states together, over a log in memory.</summary>
public sealed class IngestUnderFaultsTests : IngestWorld
{
    private const int Records = 400;
    private const int Buckets = 3;
    private const int MostInBatch = 30;

    private static readonly string[] Keys = [.. Enumerable.Range(0, 7).Select(i => $"key-{i}")];

    [Theory]
    [InlineData(1, 1, 64, 0)]
    [InlineData(2, 2, 3, 0)]
    [InlineData(3, 4, 1, 0)]
    [InlineData(4, 16, 5, 0)]
    [InlineData(5, 3, 10, 0)]
    [InlineData(6, 4, 5, 1)]
    [InlineData(7, 4, 3, 30_000)]
    public async Task Given_losses_repeats_and_crashes_when_the_log_is_read_then_every_prediction_goes_out_once_and_the_state_is_undisturbed(
        int seed, int inFlight, int records, long memoryLimit)
    {
        var limits = new ChunkLimits
        {
            InFlight = inFlight, Records = records, BatchRecords = MostInBatch,
            ResendAfter = TimeSpan.FromMilliseconds(10), ProbeEvery = TimeSpan.FromMilliseconds(30),
        };
        var pipeline = Examples.Watched(Buckets, limits);
        var memory = new LearnerMemory(memoryLimit);
        var region = Sys.ActorOf(Props.Create(() => new FaultyRegion(pipeline, seed, 60, memory)));
        var random = new Random(seed);
        Start(
            limits, Buckets, region, (offset, epoch) => FeedFrom(offset, epoch, random),
            barriers: new BarrierOptions { Every = TimeSpan.Zero, EveryRecords = 0, Patience = 0 });
        FeedFrom(0, 0, random);

        var predicted = new Dictionary<long, double[]>();
        var alarms = new List<long>();
        var alerts = new List<(long Offset, AlertChange Change)>();
        while (predicted.Count < Records)
        {
            var answer = await NextAnswerAsync();
            foreach (var chunk in answer.Chunks)
            {
                for (var at = 0; at < chunk.Predictions.Count; at++)
                {
                    var offset = answer.Source.Examples.Offsets[chunk.Rows[chunk.FirstRow + at]];
                    if (offset >= answer.From)
                    {
                        Assert.True(
                            predicted.TryAdd(offset, chunk.Predictions.Row(at).ToArray()), $"The prediction on {offset} goes out twice.");
                        alarms.AddRange(chunk.Predictions.DriftAlarms.Where(alarm => alarm.Row == at).Select(_ => offset));
                        alerts.AddRange(chunk.Predictions.Alerts.Where(alert => alert.Row == at).Select(alert => (offset, alert.Change)));
                    }
                }
            }
        }

        // The end of the log: the last barrier stores everything.
        await AwaitAssertAsync(() => Assert.Equal(Records, Store.Cursor("test", 3)?.Next), TimeSpan.FromSeconds(20));

        var undisturbed = pipeline.Plan.CreateFleet(pipeline.Plan.MaxKeys);
        var log = Examples.Decoded(0, 0, [.. Enumerable.Range(0, Records).Select(KeyOf)]).Examples;
        var expected = PredictionBatch.Allocate(log.Count, undisturbed.PredictionWidth);
        undisturbed.Process(log, 0, expected);
        Assert.All(Enumerable.Range(0, Records), offset => Assert.Equal(expected.Row(offset).ToArray(), predicted[offset]));
        Assert.NotEmpty(alarms);
        Assert.Equal(expected.DriftAlarms.Select(alarm => (long)alarm.Row), alarms.Order());
        Assert.NotEmpty(alerts);
        Assert.Equal(expected.Alerts.Select(alert => ((long)alert.Row, alert.Change)), alerts.OrderBy(alert => alert.Offset));
        var reports = await PipelineReports.CollectAsync(pipeline, region, Progress.Buckets);
        Assert.Equal(
            pipeline.Plan.Summarize(undisturbed.Report()).StateHash(), pipeline.Plan.Summarize(reports).StateHash());
        Assert.Equal(memoryLimit > 0, memory.Woken > 0);
        Assert.Equal(Keys.Length, memory.ResidentKeys + memory.PassiveKeys);
    }

    private static string KeyOf(int offset) => Keys[offset * 5 % Keys.Length];

    /// <summary>What a source would read: batches cut anew each time.</summary>
    private void FeedFrom(long offset, int epoch, Random random)
    {
        for (var start = (int)offset; start < Records;)
        {
            var count = Math.Min(random.Next(1, MostInBatch + 1), Records - start);
            Feed(Examples.Decoded(start, epoch, [.. Enumerable.Range(start, count).Select(KeyOf)]));
            start += count;
        }
    }
}

using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;
using StreamLearn.Streams.Tests.Influx.Servers;
using StreamLearn.Streams.Tests.Kafka;

namespace StreamLearn.Streams.Tests.Influx;

public sealed class InfluxSinkTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("influx-sink");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact]
    public async Task Given_a_stream_that_ends_When_its_batches_are_written_Then_the_last_ones_are_sent_at_once()
    {
        await using var server = await FakeInflux.StartedAsync();
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 1000 };
        var pool = new MetricBatchPool();

        await Source.From(Enumerable.Range(0, 25)).Select(i => Batch(pool, i)).RunWith(InfluxSink.Create(world.Exporter), _system.Materializer())
            .Within("running the stream", "its end");
        await world.UntilAsync(() => world.Statistics.Written == 25, "writing");

        Assert.Equal(ExporterWorld.Lines(0, 25), server.Written);
    }

    [Fact]
    public async Task Given_a_server_that_is_away_When_a_stream_writes_more_than_memory_holds_Then_it_ends_all_the_same_and_everything_is_accounted_for()
    {
        await using var server = new FakeInflux();
        using var open = new ManualResetEventSlim();
        await using var world = new ExporterWorld(server.Url) { StopTimeout = TimeSpan.FromMilliseconds(50), OnSpoolUse = () => open.Wait(Waits.Patience) };

        await Source.From(Enumerable.Range(0, 5000)).Select(i => Batch(null, i)).RunWith(InfluxSink.Create(world.Exporter), _system.Materializer())
            .Within("running the stream", "its end");
        open.Set();
        var statistics = await world.StopAsync();

        Assert.Equal(5000, statistics.SpooledPoints + statistics.Dropped.Values.Sum());
        Assert.Equal(5000 - (10 * InfluxExporter.MostSealed), statistics.Dropped[DropReason.Buffer]);
    }

    [Fact]
    public async Task Given_a_stream_that_fails_When_it_has_written_something_Then_that_is_sent_and_the_failure_is_the_streams()
    {
        await using var server = await FakeInflux.StartedAsync();
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 1000 };

        var stream = Source.From(Enumerable.Range(0, 10))
            .Select(i => i < 5 ? Batch(null, i) : throw new InvalidOperationException("upstream"))
            .RunWith(InfluxSink.Create(world.Exporter), _system.Materializer());

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => stream.Within("running the stream", "its failure"));
        Assert.Equal("upstream", failure.GetBaseException().Message);
        await world.UntilAsync(() => world.Statistics.Written == 5, "writing");
    }

    private static MetricBatch Batch(MetricBatchPool? pool, int i)
    {
        var batch = pool?.Rent() ?? new MetricBatch();
        batch.Add(new MetricSeries(ExporterWorld.Schema, new MetricTag("t", "x")), i * 1_000_000L).Set(0, (double)i);
        return batch;
    }
}

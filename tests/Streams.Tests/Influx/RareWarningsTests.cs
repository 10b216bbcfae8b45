using Microsoft.Extensions.Time.Testing;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Tests.Influx.Servers;

namespace StreamLearn.Streams.Tests.Influx;

public sealed class RareWarningsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _said = [];

    [Fact]
    public void Given_a_kind_that_comes_and_goes_When_it_is_warned_of_Then_once_in_five_minutes_all_the_same()
    {
        var warnings = new RareWarnings(_said.Add, _time);

        Assert.True(warnings.Warn("away", "1"));
        Assert.True(warnings.Over("away"));
        Assert.False(warnings.Warn("away", "2"));
        Assert.False(warnings.Over("away"));
        Assert.True(warnings.Warn("other", "3"));
        _time.Advance(TimeSpan.FromSeconds(299));
        Assert.False(warnings.Warn("away", "4"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(warnings.Warn("away", "5"));

        Assert.Equal(["1", "3", "5"], _said);
    }

    [Fact]
    public void Given_nobody_who_listens_When_there_are_warnings_Then_the_last_ones_are_heard_by_whoever_comes_first()
    {
        var warnings = new RareWarnings(null, _time);
        foreach (var i in Enumerable.Range(0, 20))
        {
            Assert.True(warnings.Warn($"kind {i}", $"{i}"));
        }

        warnings.Listen(_said.Add);
        warnings.Warn("kind 20", "20");
        Assert.Equal(Enumerable.Range(4, 17).Select(i => $"{i}"), _said);

        var second = new List<string>();
        warnings.Listen(second.Add);
        warnings.Warn("kind 21", "21");
        Assert.Equal(["21"], second);
    }

    [Fact]
    public void Given_a_listener_that_fails_When_it_is_warned_Then_nobody_else_fails()
    {
        var warnings = new RareWarnings(_ => throw new InvalidOperationException("no log"), _time);

        Assert.True(warnings.Warn("away", "1"));
    }

    [Fact]
    public async Task Given_a_server_that_has_too_much_to_do_now_and_then_When_it_takes_metrics_in_between_Then_that_is_said_once()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => server.Requests.Count % 2 == 1 ? new FakeAnswer(429) : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url);

        world.Write(0, 200);
        await world.UntilAsync(() => world.Statistics.Written == 200, "writing");

        Assert.Equal(20, world.Statistics.Retries);
        Assert.Collection(
            world.Warnings,
            first => Assert.Contains("answers 429", first, StringComparison.Ordinal),
            second => Assert.Contains("takes metrics again", second, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_an_exporter_that_is_older_than_the_log_When_the_log_is_there_Then_it_has_what_was_said_before()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => new FakeAnswer(401);
        await using var world = new ExporterWorld(server.Url) { IsListening = false };
        world.Write(0, 10);
        await world.UntilAsync(() => world.Statistics.Retries > 1, "being refused");
        Assert.Empty(world.Warnings);

        world.Exporter.ListenToWarnings(world.Warn);

        Assert.Contains("answers 401", Assert.Single(world.Warnings), StringComparison.Ordinal);
    }
}

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
}

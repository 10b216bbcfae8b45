using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Sending;
using StreamLearn.Streams.Tests.Influx.Servers;

namespace StreamLearn.Streams.Tests.Influx.Sending;

/// <summary>Servers that fail over some lines, or over many at once, and are there for others.</summary>
public sealed class SuspectLinesTests
{
    public static TheoryData<int, bool> Failures() => new() { { 500, false }, { 503, false }, { 408, false }, { 0, true } };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Given_a_server_that_resets_the_connection_before_a_large_request_is_through_When_it_does_so_again_and_again_Then_the_batch_goes_in_pieces(bool answers)
    {
        const int points = 200_000;
        await using var server = new ClosingServer(1024 * 1024, answers);
        await using var world = new ExporterWorld(server.Url)
        {
            Gzip = false, BatchPoints = points, BatchBytes = 8 * 1024 * 1024, SpoolBytes = 128 * 1024 * 1024,
        };

        world.Write(0, points);
        world.Write(points, points + 10);
        await world.UntilAsync(() => world.Statistics.Written == points + 10, "writing");

        Assert.Equal(ExporterWorld.Lines(0, points + 10), server.Written);
        Assert.True(server.Reset > 0, "No connection was reset.");
        Assert.All(world.Statistics.Dropped.Values, dropped => Assert.Equal(0, dropped));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Given_a_server_that_fails_over_many_lines_at_once_When_it_takes_few_Then_all_arrive(int status, bool resets)
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = request => request.Lines.Count > 8 ? new FakeAnswer(status, Resets: resets) : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 50 };

        world.Write(0, 100);
        await world.UntilAsync(() => world.Statistics.Written == 100, "writing");

        Assert.Equal(ExporterWorld.Lines(0, 100), server.Written);
        Assert.Contains(world.Warnings, warning => warning.Contains(" takes points, and ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    [InlineData(49)]
    public async Task Given_a_line_that_a_server_fails_over_When_it_takes_the_others_Then_that_one_is_lost_and_counted_and_what_is_behind_arrives(int bad)
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = request => request.Body.Contains($" {bad}\n", StringComparison.Ordinal) ? new FakeAnswer(500, "panic") : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 50, SpoolBytes = 0 };

        world.Write(0, 100);
        await world.UntilAsync(() => world.Statistics.Written == 99, "writing");

        // A line that asks whether the server is there goes before the others.
        Assert.Equal(
            ExporterWorld.Lines(0, 100).Where(line => !line.EndsWith($" {bad}", StringComparison.Ordinal)).Order(), server.Written.Distinct().Order());
        Assert.Equal(1, world.Statistics.Dropped[DropReason.Failed]);
        Assert.Equal(1, world.Statistics.Dropped.Values.Sum());
        Assert.Contains(world.Warnings, warning => warning.Contains("answers 500 again and again for others", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_batch_of_one_line_that_a_server_fails_over_When_it_has_taken_another_before_Then_it_is_lost_and_counted_and_the_next_arrives()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = request => request.Body.Contains(" 1\n", StringComparison.Ordinal) ? new FakeAnswer(500) : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 1 };

        world.Write(0, 3);
        await world.UntilAsync(() => world.Statistics.Written == 2, "writing");

        Assert.Equal(1, world.Statistics.Dropped[DropReason.Failed]);
        Assert.Equal(ExporterWorld.Lines(2, 3), server.Written.TakeLast(1));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Given_a_server_that_fails_over_everything_When_it_works_again_Then_nothing_is_lost(int status, bool resets)
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => new FakeAnswer(status, Resets: resets);
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 50 };

        world.Write(0, 100);
        await world.UntilAsync(() => server.Requests.Count > 4 * BatchDelivery.MostFailures && world.Statistics.SpooledPoints == 100, "failing");

        // Whether it is there is asked with one line.
        Assert.Equal(Enumerable.Repeat(50, BatchDelivery.MostFailures), server.Requests.Take(BatchDelivery.MostFailures).Select(request => request.Lines.Count));
        Assert.All(server.Requests.Skip(BatchDelivery.MostFailures), request => Assert.Single(request.Lines));
        server.Answer = _ => FakeAnswer.Ok;
        await world.UntilAsync(() => world.Statistics.Written == 100, "writing");

        Assert.Equal(ExporterWorld.Lines(0, 100).Order(), server.Written.Order());
        Assert.All(world.Statistics.Dropped.Values, dropped => Assert.Equal(0, dropped));
    }

    [Fact]
    public async Task Given_a_server_that_has_too_much_to_do_When_it_says_so_often_Then_the_batch_stays_whole()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => server.Requests.Count <= 3 * BatchDelivery.MostFailures ? new FakeAnswer(429) : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 50, RetryMost = TimeSpan.FromMilliseconds(10) };

        world.Write(0, 50);
        await world.UntilAsync(() => world.Statistics.Written == 50, "writing");

        Assert.All(server.Requests, request => Assert.Equal(50, request.Lines.Count));
    }
}

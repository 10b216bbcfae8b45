using Microsoft.Extensions.Time.Testing;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Sending;
using StreamLearn.Streams.Tests.Influx.Servers;

namespace StreamLearn.Streams.Tests.Influx.Sending;

/// <summary>Answers 400 that are not about lines but about the request, whatever is in it.</summary>
public sealed class RefusedRequestTests
{
    private const string Words = "<html>400 The plain HTTP request was sent to HTTPS port</html>";

    [Theory]
    [InlineData(1000)]
    [InlineData(3)]
    public async Task Given_a_server_that_takes_no_line_at_all_When_that_is_put_right_Then_nothing_is_lost_and_there_was_a_hint(int points)
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => new FakeAnswer(400, Words);
        await using var world = new ExporterWorld(server.Url) { BatchPoints = points };

        world.Write(0, points + 1);
        await world.UntilAsync(() => world.Statistics.Retries >= 3 && world.Statistics.SpooledPoints == points + 1, "being refused");
        var warning = Assert.Single(world.Warnings);
        Assert.Contains($"answers 400 ({Words}); expected a server with /api/v2/write", warning, StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count, 3 * 4, (world.Statistics.Retries + 1) * 4);

        server.Answer = _ => FakeAnswer.Ok;
        await world.UntilAsync(() => world.Statistics.Written == points + 1, "writing");
        Assert.Equal(ExporterWorld.Lines(0, points + 1), server.Written);
        Assert.All(world.Statistics.Dropped.Values, dropped => Assert.Equal(0, dropped));
    }

    [Fact]
    public async Task Given_a_server_that_takes_no_line_at_all_When_it_is_sent_to_again_Then_not_before_the_longest_wait()
    {
        var time = new FakeTimeProvider();
        var times = new List<DateTimeOffset>();
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ =>
        {
            times.Add(time.GetUtcNow());
            return new FakeAnswer(400, Words);
        };
        await using var world = new ExporterWorld(server.Url) { Time = time, RetryMost = TimeSpan.FromMinutes(1), StopTimeout = TimeSpan.FromMilliseconds(50) };

        world.Write(0, 10);
        await UntilAsync(world, time, () => server.Requests.Count == 8, TimeSpan.FromSeconds(1));

        Assert.InRange(times[4] - times[3], TimeSpan.FromMinutes(1), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Given_batches_of_one_line_When_the_server_takes_none_Then_from_the_third_on_they_wait()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => new FakeAnswer(400, Words);
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 1 };

        world.Write(0, 5);
        await world.UntilAsync(() => world.Statistics.Retries >= 3, "being refused");
        server.Answer = _ => FakeAnswer.Ok;
        await world.UntilAsync(() => world.Statistics.Written == 3, "writing");

        Assert.Equal(2, world.Statistics.Dropped[DropReason.Rejected]);
        Assert.Equal(ExporterWorld.Lines(2, 5), server.Written);
    }

    [Fact]
    public async Task Given_a_batch_without_a_good_line_When_the_server_takes_others_Then_that_batch_alone_is_lost_and_counted()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = request => request.Lines.Any(line => line.Split(' ')[^1].Length == 2) ? new FakeAnswer(400, Words) : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 10 };

        // One of two digits is bad: all of these are, or none.
        world.Write(0, 10);
        await world.UntilAsync(() => world.Statistics.Written == 10, "the first batch");
        world.Write(90, 110);
        await world.UntilAsync(() => world.Statistics.Written == 20, "the last batch");

        Assert.Equal(10, world.Statistics.Dropped[DropReason.Rejected]);
        Assert.Equal(ExporterWorld.Lines(0, 10).Concat(ExporterWorld.Lines(100, 110)), server.Written.Distinct());
        Assert.Equal(0, world.Statistics.Retries);
    }

    [Fact]
    public async Task Given_a_batch_with_too_many_bad_lines_When_others_are_taken_Then_it_is_given_up_after_so_many_requests_with_waits_between_them()
    {
        var time = new FakeTimeProvider();
        var times = new List<DateTimeOffset>();
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = request =>
        {
            times.Add(time.GetUtcNow());
            return request.Lines.Any(line => line.EndsWith('3') || line.EndsWith('7')) ? new FakeAnswer(400, Words) : FakeAnswer.Ok;
        };
        await using var world = new ExporterWorld(server.Url) { Time = time, BatchPoints = 4000, RetryLeast = TimeSpan.FromSeconds(1), RetryMost = TimeSpan.FromMinutes(1) };

        world.Write(0, 4001);
        await UntilAsync(world, time, () => world.Statistics.Written + world.Statistics.Dropped[DropReason.Rejected] == 4001, TimeSpan.FromMilliseconds(200));

        Assert.Equal(0, world.Statistics.Retries);
        Assert.InRange(world.Statistics.Dropped[DropReason.Rejected], 800, 3999);
        Assert.Equal(world.Statistics.Written, server.Written.Distinct().Count());

        // The batch's, its line alone that was taken, and the other batch's.
        Assert.Equal(BatchDelivery.MostRequests + 2, times.Count);
        Assert.InRange(times[^2] - times[0], TimeSpan.FromSeconds(0.2) * (BatchDelivery.MostRequests - BatchDelivery.FreeRequests), TimeSpan.MaxValue);
    }

    private static Task UntilAsync(ExporterWorld world, FakeTimeProvider time, Func<bool> holds, TimeSpan step) => world.UntilAsync(
        () =>
        {
            time.Advance(step);
            return holds();
        },
        "the answers");
}

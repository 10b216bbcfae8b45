using System.Net.Http.Headers;
using StreamLearn.Streams.Influx.Sending;

namespace StreamLearn.Streams.Tests.Influx.Sending;

public sealed class RetryWaitsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly ServerReply Away = new(WriteAnswer.Away, 503, "");
    private static readonly ServerReply Refused = new(WriteAnswer.Refused, 401, "");

    [Fact]
    public void Given_failures_in_a_row_When_waits_are_taken_Then_each_is_twice_the_one_before_up_to_the_longest_and_begins_anew_after_an_answer()
    {
        var waits = new RetryWaits(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new NoChance());

        Assert.Equal([1, 2, 4, 8, 10, 10], Enumerable.Range(0, 6).Select(_ => waits.After(Away).TotalSeconds));
        Assert.Equal(10, waits.After(Refused).TotalSeconds);
        waits.Reset();
        Assert.Equal([1, 2], Enumerable.Range(0, 2).Select(_ => waits.After(Away).TotalSeconds));
    }

    [Fact]
    public void Given_any_answer_When_many_wait_after_it_Then_they_are_spread_over_a_fifth_more_the_longest_waits_too()
    {
        (ServerReply Reply, double Seconds)[] replies =
        [
            (Away, 1), (Refused, 1), (Away with { Asked = TimeSpan.FromSeconds(30) }, 30), (Refused with { Asked = TimeSpan.FromDays(365 * 68) }, 3600),
        ];
        var waits = new RetryWaits(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), new Random(7));

        foreach (var (reply, seconds) in replies)
        {
            var some = Enumerable.Range(0, 200).Select(_ => waits.After(reply).TotalSeconds / seconds).ToArray();

            Assert.All(some, wait => Assert.InRange(wait, 1, 1.2));
            Assert.InRange(some.Max() - some.Min(), 0.15, 0.2);
        }
    }

    [Theory]
    [InlineData("30", 30.0)]
    [InlineData("7200", 7200.0)]
    [InlineData("2147483647", 2147483647.0)]
    [InlineData("Fri, 02 Jan 2026 03:05:05 GMT", 60.0)]
    [InlineData("Fri, 02 Jan 2026 03:04:05 GMT", null)]
    [InlineData("Fri, 02 Jan 1970 03:04:05 GMT", null)]
    [InlineData("Fri, 02 Jan 2099 03:04:05 GMT", 2303683200.0)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    public void Given_what_a_server_asks_for_When_it_is_read_Then_it_is_a_wait_from_now_or_nothing(string retryAfter, double? seconds)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);

        Assert.Equal(seconds, RetryWaits.Asked(response.Headers.RetryAfter, Now)?.TotalSeconds);
    }

    [Fact]
    public void Given_a_wait_of_a_negative_duration_When_it_is_read_Then_it_is_nothing() =>
        Assert.Null(RetryWaits.Asked(new RetryConditionHeaderValue(Now.AddSeconds(-30)), Now));

    private sealed class NoChance() : Random(0)
    {
        public override double NextDouble() => 0;
    }
}

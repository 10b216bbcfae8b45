using StreamLearn.Cli.Commands;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Tests.Commands;

public sealed class ReplayCommandTests
{
    [Fact]
    public void Given_a_place_to_begin_when_it_is_read_then_it_is_the_start_an_offset_or_a_time()
    {
        Assert.Equal(LogPosition.Earliest, ReplayCommand.Parse("earliest"));
        Assert.Equal(new LogPosition(12, null), ReplayCommand.Parse("12"));
        Assert.Equal(new LogPosition(null, DateTimeOffset.UnixEpoch.AddHours(11)), ReplayCommand.Parse("1970-01-01T11:00:00Z"));
        Assert.Equal(new LogPosition(null, DateTimeOffset.UnixEpoch.AddHours(9).AddMilliseconds(250)),
            ReplayCommand.Parse("1970-01-01T11:00:00.25+02:00"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("latest")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("2026-01-31T12:00:00")]
    [InlineData("2026-01-31")]
    [InlineData("2026-02-31T12:00:00Z")]
    public void Given_no_place_to_begin_when_it_is_read_then_the_error_says_what_is_expected(string? from)
    {
        var refused = Assert.Throws<UsageException>(() => ReplayCommand.Parse(from));

        Assert.Contains("expected earliest, an offset", refused.Message, StringComparison.Ordinal);
    }
}

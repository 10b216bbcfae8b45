using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Tests.Configuration;

public class DurationsTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("0.5ms", 0.5)]
    [InlineData("10 s", 10_000)]
    [InlineData("0s", 0)]
    [InlineData("36500d", 3_153_600_000_000)]
    public void Given_a_number_and_a_unit_When_it_is_read_Then_it_is_a_duration(string text, double milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData(" 10s")]
    [InlineData("-1s")]
    [InlineData("1-s")]
    [InlineData("1/2s")]
    [InlineData("1.2.3s")]
    [InlineData(".s")]
    [InlineData("1e3s")]
    [InlineData("10S")]
    [InlineData("10sec")]
    [InlineData("10s5m")]
    [InlineData("36501d")]
    [InlineData("99999999999999999999999999d")]
    [InlineData("NaNs")]
    public void Given_other_text_When_it_is_read_Then_it_is_no_duration(string text) => Assert.False(Durations.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ms")]
    [InlineData(1500, "1500ms")]
    [InlineData(90_000, "90s")]
    [InlineData(300_000, "5m")]
    [InlineData(7_200_000, "2h")]
    [InlineData(86_400_000, "1d")]
    [InlineData(90_000_000, "25h")]
    public void Given_a_duration_When_it_is_written_Then_it_is_in_the_largest_unit_that_divides_it_and_reads_back(int milliseconds, string text)
    {
        var duration = TimeSpan.FromMilliseconds(milliseconds);

        Assert.Equal(text, Durations.Format(duration));
        Assert.True(Durations.TryParse(text, out var back));
        Assert.Equal(duration, back);
    }
}

using StreamLearn.Actors.Events;

namespace StreamLearn.Actors.Tests.Events;

public sealed class EventRunsTests
{
    [Theory]
    [InlineData(new long[0], new[] { 0 })]
    [InlineData(new long[] { 5 }, new[] { 1 })]
    [InlineData(new long[] { 5, 5, 5 }, new[] { 3 })]
    [InlineData(new long[] { 1, 2, 3, 4, 5, 6 }, new[] { 6 })]
    [InlineData(new long[] { 1, 2, 3, 4, 3000, 3001, 3002, 3003 }, new[] { 4, 4 })]
    [InlineData(new long[] { 1, 2, 3, 4, 3000, 3001, 3002, 3003, 9000, 9001, 9002, 9003 }, new[] { 4, 4, 4 })]
    [InlineData(new long[] { 3000, 3001, 3002, 3003, 1, 2, 3, 4 }, new[] { 4, 4 })]
    [InlineData(new long[] { 4, 1, 3, 2, 5, 3, 6, 4 }, new[] { 8 })]
    [InlineData(new long[] { 0, 0, 300, 300, 600, 600, 900, 900 }, new[] { 8 })]
    [InlineData(new[] { long.MinValue, long.MaxValue }, new[] { 1, 1 })]
    public void Given_times_when_they_are_cut_then_each_run_has_no_jump(long[] times, int[] lengths) => Assert.Equal(lengths, EventRuns.Lengths(times));

    [Fact]
    public void Given_any_times_when_they_are_cut_then_the_runs_are_all_of_them()
    {
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            var times = Enumerable.Range(0, random.Next(60)).Select(_ => (long)Math.Pow(10, random.Next(8)) * random.Next(10)).ToArray();

            var lengths = EventRuns.Lengths(times);

            Assert.Equal(times.Length, lengths.Sum());
            Assert.True(times.Length == 0 || lengths.All(length => length > 0));
        }
    }
}

using StreamLearn.Learners.Drift;

namespace StreamLearn.Learners.Tests.Drift;

public sealed class DriftStreamsTests
{
    public static TheoryData<string> Scenarios() => [.. DriftStreams.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Given_a_seed_Then_the_stream_is_the_same_and_another_seed_gives_another(string name)
    {
        var scenario = DriftStreams.All.Single(scenario => scenario.Name == name);

        Assert.Equal(scenario.Stream(3).Values, scenario.Stream(3).Values);
        Assert.Equal(scenario.Stream(3).Drifts, scenario.Stream(3).Drifts);
        Assert.NotEqual(scenario.Stream(3).Values, scenario.Stream(4).Values);
    }

    /// <summary>Mean and standard deviation of the first and the last 2000 values, over 20 seeds.</summary>
    [Theory]
    [InlineData("mean + 0.5 sd", 0, 1, 0.5, 1)]
    [InlineData("mean + 4 sd", 0, 1, 4, 1)]
    [InlineData("mean + 2 sd over 500 values", 0, 1, 2, 1)]
    [InlineData("sd 1 → 2", 0, 1, 0, 2)]
    [InlineData("absolute errors, sd 1 → 2", 0.798, 0.603, 1.596, 1.206)]
    [InlineData("error rate 0.1 → 0.3", 0.1, 0.3, 0.3, 0.458)]
    [InlineData("stationary, independent", 0, 1, 0, 1)]
    [InlineData("stationary, AR(1) 0.8", 0, 1, 0, 1)]
    public void Given_its_name_Then_means_and_deviations_are_what_it_says(
        string name, double mean, double deviation, double meanAfter, double deviationAfter)
    {
        var streams = DriftReport.Seeds(20).Select(DriftStreams.All.Single(scenario => scenario.Name == name).Stream).ToArray();
        AssertMoments([.. streams.SelectMany(stream => stream.Values.Take(2000))], mean, deviation);
        AssertMoments([.. streams.SelectMany(stream => stream.Values.TakeLast(2000))], meanAfter, deviationAfter);
    }

    [Fact]
    public void Given_the_autoregressive_stream_Then_neighbours_are_correlated_as_it_says()
    {
        var values = DriftStreams.Autoregressive(5, 0.8).Values;

        Assert.Equal(0.8, values.Skip(1).Zip(values, (next, last) => next * last).Average() / values.Average(value => value * value), 0.02);
    }

    private static void AssertMoments(double[] values, double mean, double deviation)
    {
        Assert.Equal(mean, values.Average(), 0.05);
        Assert.Equal(deviation, Math.Sqrt(values.Average(value => value * value) - (values.Average() * values.Average())), 0.05);
    }
}

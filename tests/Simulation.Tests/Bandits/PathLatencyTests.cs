using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Bandits;

namespace StreamLearn.Simulation.Tests.Bandits;

public sealed class PathLatencyTests
{
    private const double Cap = 60;

    [Theory]
    [InlineData(10, 0.5)]
    [InlineData(10, 5)]
    [InlineData(10, 40)]
    [InlineData(10, 400)]
    [InlineData(59.9, 3)]
    [InlineData(0, 60)]
    public void Given_a_wait_then_the_mean_of_many_flows_is_the_expected_latency(double fixedTime, double wait)
    {
        const int Flows = 200_000;
        var random = new Xoshiro256(3);
        var latency = new PathLatency(fixedTime, wait);
        var (sum, squares) = (0.0, 0.0);
        for (var flow = 0; flow < Flows; flow++)
        {
            var realised = latency.Realised(Cap, PathLatency.DrawUnitWait(random));
            Assert.InRange(realised, fixedTime, Cap);
            sum += realised;
            squares += realised * realised;
        }

        var mean = sum / Flows;
        var error = Math.Sqrt((squares / Flows - mean * mean) / Flows);
        Assert.Equal(mean, latency.Expected(Cap), 4 * error);
    }

    [Theory]
    [InlineData(10, 5)]
    [InlineData(10, 70)]
    [InlineData(55, 20)]
    public void Given_a_wait_then_the_expected_latency_is_the_integral_of_what_is_above_it(double fixedTime, double wait)
    {
        // E[min(Q, x)] = integral of P(Q > t) from 0 to x; P(Q > t) of an Erlang distribution by its Poisson sum.
        const int Slices = 100_000;
        var width = (Cap - fixedTime) / Slices;
        var integral = 0.0;
        for (var slice = 0; slice < Slices; slice++)
        {
            var events = PathLatency.Packets * (slice + 0.5) * width / wait;
            integral += width * Math.Exp(-events) * (1 + events + events * events / 2 + events * events * events / 6);
        }

        Assert.Equal(fixedTime + integral, new PathLatency(fixedTime, wait).Expected(Cap), 1e-6);
    }

    [Fact]
    public void Given_no_wait_or_no_room_then_the_latency_is_certain()
    {
        Assert.Equal(12, new PathLatency(12, 0).Expected(Cap));
        Assert.Equal(12, new PathLatency(12, 0).Realised(Cap, 3));
        Assert.Equal(Cap, new PathLatency(Cap, 5).Expected(Cap));
        Assert.Equal(Cap, new PathLatency(90, 5).Expected(Cap));
        Assert.Equal(Cap, new PathLatency(90, 5).Realised(Cap, 0.1));
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-9)]
    [InlineData(0.01)]
    [InlineData(1e9)]
    [InlineData(1e300)]
    public void Given_a_tiny_or_huge_wait_then_the_expected_latency_is_between_the_fixed_time_and_the_time_out(double wait)
    {
        var expected = new PathLatency(12, wait).Expected(Cap);

        Assert.Equal(wait < 1 ? 12 + wait : Cap, expected, 1e-6);
        Assert.InRange(expected, 12, Cap);
    }
}

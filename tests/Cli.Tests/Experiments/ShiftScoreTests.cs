using StreamLearn.Cli.Experiments.LinkFailure;

namespace StreamLearn.Cli.Tests.Experiments;

public sealed class ShiftScoreTests
{
    private const int Failure = 400;
    private const double Capacity = 1000;

    [Fact]
    public void Given_errors_that_are_known_when_they_are_scored_then_each_period_has_its_own()
    {
        // 2 Mbit/s too much before the failure, 10 in the first hour from it on, 1 after that.
        var loads = Enumerable.Repeat(100.0, Failure + 1000).ToArray();
        var made = Made(loads, horizon: 3, bin => bin < Failure ? 2 : bin < Failure + 12 ? 10 : 1);

        var score = ShiftScore.Of(loads, made, 3, Failure, Capacity);

        Assert.Equal(2, score.Rmse[0], 12);
        Assert.Equal(10, score.Rmse[1], 12);
        Assert.Equal(Math.Sqrt(((12 * 100.0) + 60) / 72), score.Rmse[2], 12);
        Assert.Equal(Math.Sqrt(((12 * 100.0) + 276) / 288), score.Rmse[3], 12);
        Assert.Equal(Math.Sqrt(((12 * 100.0) + 988) / 1000), score.Rmse[4], 12);
        Assert.Equal([0.02, 0.1], score.Mape[..2].Select(share => Math.Round(share, 12)));
    }

    [Fact]
    public void Given_loads_of_next_to_nothing_when_shares_are_taken_then_those_are_left_out()
    {
        var loads = Enumerable.Repeat(0.0, Failure + 300).ToArray();
        Array.Fill(loads, 50, Failure, 6);

        var score = ShiftScore.Of(loads, Made(loads, 1, _ => 5), 1, Failure, Capacity);

        Assert.True(double.IsNaN(score.Mape[0]));
        Assert.Equal(0.1, score.Mape[1], 12);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(100)]
    public void Given_an_error_that_falls_back_when_convergence_is_looked_for_then_it_is_where_the_last_twelve_are_within_half_as_much_again(int bad)
    {
        var loads = Enumerable.Repeat(100.0, Failure + 600).ToArray();
        var made = Made(loads, 1, bin => bin >= Failure && bin < Failure + bad ? 50 : 2);

        // From the first bin on whose window of twelve has none of the bad ones.
        Assert.Equal(bad + 11, ShiftScore.Of(loads, made, 1, Failure, Capacity).Convergence);
    }

    [Fact]
    public void Given_no_shift_when_convergence_is_looked_for_then_it_is_at_once_and_given_no_end_of_it_then_never()
    {
        var loads = Enumerable.Repeat(100.0, Failure + 600).ToArray();

        Assert.Equal(0, ShiftScore.Of(loads, Made(loads, 1, _ => 2), 1, Failure, Capacity).Convergence);
        Assert.Null(ShiftScore.Of(loads, Made(loads, 1, bin => bin < Failure ? 2 : 4), 1, Failure, Capacity).Convergence);
    }

    private static double[] Made(double[] loads, int horizon, Func<int, double> error)
    {
        var made = new double[loads.Length];
        for (var bin = 0; bin < loads.Length - horizon; bin++)
        {
            made[bin] = loads[bin + horizon] + error(bin + horizon);
        }

        return made;
    }
}

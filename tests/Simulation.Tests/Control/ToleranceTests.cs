using StreamLearn.Simulation.Control;

namespace StreamLearn.Simulation.Tests.Control;

public sealed class ToleranceTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1.5, 1)]
    [InlineData(2, 1)]
    [InlineData(0.999, 0)]
    [InlineData(2.001, 0)]
    [InlineData(double.NaN, 0)]
    public void Given_no_margin_then_it_is_1_within_the_bounds_and_0_outside(double value, double expected) =>
        Assert.Equal(expected, new Tolerance(1, 2).Of(value));

    // By hand, with v = 0.1 at the margin: 0.1^(1/4); 1/sqrt(5.5); 1/3.25; 1/5.5; (1 + sqrt(0.1))/2; 1 - 0.45; 1 - 0.225; 1 - (3/(1 + sqrt 10))^2.
    [Theory]
    [InlineData(ToleranceShape.Gaussian, 0.5623413)]
    [InlineData(ToleranceShape.Hyperbolic, 0.4264014)]
    [InlineData(ToleranceShape.LongTail, 0.3076923)]
    [InlineData(ToleranceShape.Reciprocal, 0.1818182)]
    [InlineData(ToleranceShape.Cosine, 0.6581139)]
    [InlineData(ToleranceShape.Linear, 0.55)]
    [InlineData(ToleranceShape.Quadratic, 0.775)]
    [InlineData(ToleranceShape.TanhSquared, 0.4805061)]
    public void Given_a_margin_then_half_way_to_it_the_shape_is_as_computed_by_hand_on_both_sides(ToleranceShape shape, double expected)
    {
        var tolerance = new Tolerance(-1, 1, margin: 2, shape);

        Assert.Equal(expected, tolerance.Of(2), 1e-7);
        Assert.Equal(expected, tolerance.Of(-2), 1e-7);
        Assert.Equal(0.1, tolerance.Of(3), 1e-12);
        Assert.Equal(0.1, tolerance.Of(-3), 1e-12);
        Assert.Equal(1, tolerance.Of(1));
        Assert.InRange(tolerance.Of(1e9), 0, 1e-8);
    }

    [Theory]
    [InlineData(ToleranceShape.Cosine)]
    [InlineData(ToleranceShape.Linear)]
    [InlineData(ToleranceShape.Quadratic)]
    public void Given_a_value_of_0_at_the_margin_then_it_is_0_there_and_stays_so(ToleranceShape shape)
    {
        var tolerance = new Tolerance(0, 0, margin: 1, shape, valueAtMargin: 0);

        Assert.Equal(0, tolerance.Of(1), 1e-12);
        Assert.Equal(0, tolerance.Of(1.5));
        Assert.Equal(0, tolerance.Of(-7));
    }

    [Fact]
    public void Given_an_open_side_then_it_is_1_for_ever_there()
    {
        var tolerance = new Tolerance(10, double.PositiveInfinity, margin: 10, ToleranceShape.Linear, valueAtMargin: 0);

        Assert.Equal(1, tolerance.Of(1e300));
        Assert.Equal(0.4, tolerance.Of(4), 1e-12);
    }

    [Theory]
    [InlineData(1, 0, 0, ToleranceShape.Gaussian, 0.1, "upper: expected 1, the lower bound, or more, found 0")]
    [InlineData(0, double.NaN, 0, ToleranceShape.Gaussian, 0.1, "upper: expected 0, the lower bound, or more, found NaN")]
    [InlineData(0, 0, -1, ToleranceShape.Gaussian, 0.1, "margin: expected finite, from 0 up, found -1")]
    [InlineData(0, 0, 1, ToleranceShape.Gaussian, 0, "valueAtMargin: expected above 0 and below 1, found 0")]
    [InlineData(0, 0, 1, ToleranceShape.Linear, 1, "valueAtMargin: expected from 0 to below 1, found 1")]
    public void Given_numbers_that_make_no_sense_then_it_is_said_which(
        double lower, double upper, double margin, ToleranceShape shape, double atMargin, string expected)
    {
        var thrown = Assert.Throws<ArgumentException>(() => new Tolerance(lower, upper, margin, shape, atMargin));

        Assert.StartsWith(expected, thrown.Message, StringComparison.Ordinal);
    }
}

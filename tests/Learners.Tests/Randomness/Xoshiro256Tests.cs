using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Randomness;

public sealed class Xoshiro256Tests
{
    [Fact]
    public void Given_the_state_1_2_3_4_then_the_numbers_are_those_of_the_authors_code()
    {
        var random = new Xoshiro256(1, 2, 3, 4);

        ulong[] expected =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600,
            16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        Assert.Equal(expected, expected.Select(_ => random.NextBits()));
    }

    [Fact]
    public void Given_the_seed_1234567_then_SplitMix64_gives_the_numbers_of_the_authors_code()
    {
        var state = 1234567UL;

        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.Equal(expected, expected.Select(_ => Xoshiro256.SplitMix64(ref state)).ToArray());
    }

    [Fact]
    public void Given_many_draws_then_each_distribution_has_its_mean_and_variance()
    {
        var random = new Xoshiro256(5);

        Moments(random.NextDouble, 0.5, 1.0 / 12);
        Moments(random.NextGaussian, 0, 1);
        Moments(random.NextExponential, 1, 1);
    }

    private static void Moments(Func<double> draw, double mean, double variance)
    {
        const int Draws = 100_000;
        var values = Enumerable.Range(0, Draws).Select(_ => draw()).ToArray();
        var found = values.Average();
        Assert.Equal(mean, found, 0.02);
        Assert.Equal(variance, values.Average(value => (value - found) * (value - found)), 0.05);
    }
}

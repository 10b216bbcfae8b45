using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Supervised.Replay;

namespace StreamLearn.Learners.Tests.Supervised.Replay;

public sealed class ReplayBufferTests
{
    private readonly Xoshiro256 _random = new(7);

    [Fact]
    public void Given_a_reservoir_When_many_examples_come_Then_each_is_kept_as_often()
    {
        var kept = new int[100];
        for (var round = 0; round < 4000; round++)
        {
            var buffer = new ReservoirReplay(10, 1);
            for (var i = 0; i < 100; i++)
            {
                buffer.Add([i], i, 0, _random);
            }

            for (var place = 0; place < 10; place++)
            {
                kept[(int)buffer.Target(place)]++;
                Assert.Equal(buffer.Target(place), buffer.Features(place)[0]);
            }
        }

        // Binomial with mean 400 and deviation 19.
        Assert.All(kept, count => Assert.InRange(count, 300, 500));
    }

    [Fact]
    public void Given_rare_classes_When_examples_are_kept_by_class_Then_they_are_balanced_and_drawn_alike()
    {
        var buffer = new ClassBalancedReplay(30, 1);
        for (var i = 0; i < 20_000; i++)
        {
            var own = i % 1000 == 999 ? 2 : i % 100 == 99 ? 1 : 0;
            buffer.Add([own], own, 0, _random);
        }

        var counts = Enumerable.Range(0, 30).GroupBy(place => (int)buffer.Target(place)).ToDictionary(same => same.Key, same => same.Count());
        Assert.All(counts.Values, count => Assert.InRange(count, 9, 11));
        var drawn = new int[3];
        for (var i = 0; i < 9000; i++)
        {
            var place = buffer.Draw(_random);
            Assert.Equal(buffer.Target(place), buffer.Features(place)[0]);
            drawn[(int)buffer.Target(place)]++;
        }

        Assert.All(drawn, count => Assert.InRange(count, 2800, 3200));
    }

    [Fact]
    public void Given_losses_When_examples_are_drawn_by_them_Then_as_often_as_their_share_and_the_oldest_makes_room()
    {
        var buffer = new LossPrioritizedReplay(5, 1);
        float[] losses = [9, 9, 1, 2, 3, 4, float.NaN];
        for (var i = 0; i < losses.Length; i++)
        {
            buffer.Add([i], i, losses[i], _random);
        }

        var drawn = Draw(10_000);
        Assert.Equal(0, drawn[0] + drawn[1]);
        Assert.InRange(drawn[2], 900, 1100);
        Assert.InRange(drawn[3], 1850, 2150);
        Assert.InRange(drawn[4], 2800, 3200);
        Assert.InRange(drawn[5], 3750, 4250);
        Assert.InRange(drawn[6], 0, 15);

        for (var place = 0; place < 5; place++)
        {
            buffer.Learned(place, buffer.Target(place) == 2 ? float.PositiveInfinity : 1e-9f);
        }

        Assert.Equal(1000, Draw(1000)[2]);

        int[] Draw(int times)
        {
            var counts = new int[losses.Length];
            for (var i = 0; i < times; i++)
            {
                counts[(int)buffer.Target(buffer.Draw(_random))]++;
            }

            return counts;
        }
    }
}

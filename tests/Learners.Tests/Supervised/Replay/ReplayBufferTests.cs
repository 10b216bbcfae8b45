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
    public void Given_fewer_places_than_classes_When_examples_are_kept_by_class_Then_every_class_can_come_in_again()
    {
        var buffer = new ClassBalancedReplay(1, 1);
        var kept = new HashSet<int>();
        for (var i = 0; i < 100; i++)
        {
            buffer.Add([i], i % 2, 0, _random);
            kept.Add((int)buffer.Target(0));
            Assert.Equal(0, buffer.Draw(_random));
        }

        Assert.Equal(2, kept.Count);
    }

    [Fact]
    public void Given_a_class_with_many_examples_When_they_are_kept_by_class_Then_each_of_it_is_kept_as_often()
    {
        var kept = new int[100];
        for (var round = 0; round < 4000; round++)
        {
            var buffer = new ClassBalancedReplay(20, 1);
            for (var i = 0; i < 200; i++)
            {
                buffer.Add([i / 2], i % 2, 0, _random);
            }

            for (var place = 0; place < 20; place++)
            {
                kept[(int)buffer.Features(place)[0]] += buffer.Target(place) == 0 ? 1 : 0;
            }
        }

        // Ten of a hundred in each round: binomial with mean 400 and deviation 19.
        Assert.All(kept, count => Assert.InRange(count, 300, 500));
    }

    [Theory]
    [InlineData("reservoir")]
    [InlineData("class-balanced")]
    [InlineData("loss-prioritized")]
    public void Given_a_large_capacity_When_few_examples_come_Then_there_is_room_for_few(string kind)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReplayBuffer buffer = kind switch
        {
            "reservoir" => new ReservoirReplay(100_000, 100),
            "class-balanced" => new ClassBalancedReplay(100_000, 100),
            _ => new LossPrioritizedReplay(100_000, 100),
        };
        var features = new float[100];
        for (var i = 0; i < 10; i++)
        {
            buffer.Add(features, 0, 1, _random);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000);
        Assert.Equal(10, buffer.Count);
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

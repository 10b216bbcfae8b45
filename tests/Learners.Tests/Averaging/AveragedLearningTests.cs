using System.Globalization;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Tests.Bandits.Worlds;
using Xunit.Abstractions;

namespace StreamLearn.Learners.Tests.Averaging;

/// <summary>What averaging is worth: three replicas with it, three without, and one learner of all rounds. The numbers stand in docs/replicas.md.</summary>
public sealed class AveragedLearningTests(ITestOutputHelper output)
{
    private const int Seeds = 3;
    private const int Rounds = 12_000;

    private static readonly ReplicaOptions Often = new() { Every = 100 };
    private static readonly ReplicaOptions Seldom = new() { Every = 1000 };

    [Fact]
    public void Given_three_replicas_When_they_are_averaged_Then_they_learn_nearly_as_much_as_one_that_sees_all_and_more_than_apart()
    {
        var one = Play("one learner of all rounds", 1, null);
        var apart = Play("three apart", 3, null);
        var often = Play("three averaged, every 100", 3, Often);
        var seldom = Play("three averaged, every 1000", 3, Seldom);
        var compressed = Play("three averaged, every 100, layer-wise", 3, Often with { Compression = ReplicaCompression.LayerWise });
        Play("three averaged, every 1000, layer-wise", 3, Seldom with { Compression = ReplicaCompression.LayerWise });

        Assert.True(one.Cost < often.Cost && often.Cost < apart.Cost, $"{one.Cost} < {often.Cost} < {apart.Cost}");
        Assert.True(seldom.Cost < apart.Cost, $"{seldom.Cost} < {apart.Cost}");
        Assert.True(compressed.Cost < apart.Cost, $"{compressed.Cost} < {apart.Cost}");
        Assert.True(3 * compressed.Contributed < often.Contributed, $"3 x {compressed.Contributed} < {often.Contributed}");
    }

    private (double Cost, long Contributed) Play(string name, int replicas, ReplicaOptions? options)
    {
        var (costs, halves, contributed, averaged) = (new List<double>(), new List<double>(), 0L, 0L);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var (task, rounds) = BanditWorld.Blobs(actions: 8, features: 20, Rounds, seed, spread: 0.7);
            var run = new AveragedRun("neu-fast-cb", task, replicas, options, (ulong)seed);
            var (all, last) = run.Play(rounds);
            costs.Add(all);
            halves.Add(last);
            contributed += run.Contributed;
            averaged += run.Averaged;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: mean cost {costs.Average():0.0000} ({string.Join(", ", costs.Select(cost => cost.ToString("0.0000", CultureInfo.InvariantCulture)))}), last half "
            + $"{halves.Average():0.0000}, bytes a record contributed {contributed / (double)(Rounds * Seeds):0.0}, averages {averaged / (double)(Rounds * Seeds):0.0}"));
        return (costs.Average(), contributed);
    }
}

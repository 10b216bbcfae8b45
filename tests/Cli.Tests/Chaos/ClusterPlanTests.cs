using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Chaos;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class ClusterPlanTests
{
    private static readonly DrillOptions Options = new(7, 1000, 1, ProtocolMutant.None) { Nodes = 3, Leaves = 4, Suspensions = 3, Cuts = 2 };

    [Fact]
    public void Given_options_when_faults_are_drawn_then_each_kind_comes_as_often_as_asked_for()
    {
        var steps = ClusterPlan.Of(Options);

        Assert.Equal(
            new Dictionary<ClusterFault, int>
            {
                [ClusterFault.Kill] = 5, [ClusterFault.KillAll] = 2, [ClusterFault.Leave] = 4, [ClusterFault.Suspend] = 2,
                [ClusterFault.SuspendBriefly] = 1, [ClusterFault.Cut] = 1, [ClusterFault.CutBriefly] = 1,
            },
            steps.CountBy(step => step.Fault).ToDictionary());
        Assert.Equal(Enumerable.Range(1, 7), steps.Where(step => step.Kill > 0).Select(step => step.Kill));
    }

    [Fact]
    public void Given_many_faults_of_a_kind_when_they_are_drawn_then_all_nodes_are_hit_before_one_is_hit_again()
    {
        var hit = ClusterPlan.Of(Options with { Kills = 0, Leaves = 6, Suspensions = 0, Cuts = 0 }).Select(step => step.Node).ToArray();

        Assert.Equal([0, 1, 2], hit[..3].Order());
        Assert.Equal([0, 1, 2], hit[3..].Order());
    }

    [Fact]
    public void Given_a_seed_when_faults_are_drawn_twice_then_they_are_the_same_and_another_seed_gives_others()
    {
        Assert.Equal(ClusterPlan.Of(Options), ClusterPlan.Of(Options));
        Assert.NotEqual(ClusterPlan.Of(Options), ClusterPlan.Of(Options with { Seed = 2 }));
    }
}

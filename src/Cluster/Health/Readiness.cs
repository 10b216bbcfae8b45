using Akka.Cluster;
using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Cluster.Health;

/// <summary>Whether a node is ready, from what is known of it.</summary>
internal static class Readiness
{
    // More would be the same again.
    private const int MostNamed = 3;

    /// <summary>Looks at everything that can be told in the phase that the node is in.</summary>
    internal static ReadinessReport Of(ReadinessFacts facts)
    {
        var checks = new List<HealthCheck> { new("node", NodeProblem(facts.Phase)) };
        if (facts.Status is { } status)
        {
            checks.Add(new("cluster", ClusterProblem(facts, status)));
        }

        if (facts.Phase == NodePhase.Stopping)
        {
            // What it needed may be gone already.
            return new ReadinessReport(checks);
        }

        if (facts.Status == MemberStatus.Up)
        {
            checks.Add(new("learners", Joined(facts.Pipelines.Where(pipeline => !facts.Roles.Contains(pipeline.Role)).Select(pipeline =>
                $"no member that is up and can be reached has the role {pipeline.Role}, which the learners of pipeline {pipeline.Name} need; "
                + $"start a node with --role {pipeline.Role}"))));
        }

        if (facts.Phase == NodePhase.Running)
        {
            checks.Add(new("pipelines", Joined(facts.Pipelines.Where(pipeline => pipeline.Failure is not null).Select(pipeline =>
                $"pipeline {pipeline.Name} has failed: {pipeline.Failure}")))
            {
                Note = Joined(facts.Pipelines.Where(pipeline => pipeline.IsPaused).Select(pipeline => $"pipeline {pipeline.Name} is paused")),
            });
            if (facts.Ingests)
            {
                checks.Add(new("readers", Joined(facts.Pipelines.Where(pipeline => pipeline.HasEnded).Select(pipeline =>
                    $"pipeline {pipeline.Name} reads no more; start the node again"))));
            }
        }

        if (facts.HasStore)
        {
            checks.Add(new("checkpoints", facts.StoreProblem ?? Joined(facts.Pipelines.SelectMany(CheckpointProblems))));
        }

        checks.Add(new("kafka", facts.KafkaProblem));
        return new ReadinessReport(checks);
    }

    private static string? NodeProblem(NodePhase phase) => phase switch
    {
        NodePhase.Connecting => "it is starting: it connects to Kafka, waits for its topics, and opens its checkpoint store",
        NodePhase.Joining => "it is starting: it joins its cluster",
        NodePhase.Starting => "it is starting: it looks at what is stored, and starts its pipelines",
        NodePhase.Stopping => "it is stopping: it finishes what it has read, and leaves its cluster",
        _ => null,
    };

    private static string? ClusterProblem(ReadinessFacts facts, MemberStatus status) => status switch
    {
        MemberStatus.Up => null,
        _ when facts.Phase == NodePhase.Stopping => $"it is {Name(status)}: it leaves, as it was told to",
        MemberStatus.Joining or MemberStatus.WeaklyUp =>
            $"it is {Name(status)}; expected up: all members must be able to reach each other before one is let in",
        MemberStatus.Removed when facts.Phase <= NodePhase.Joining && facts.Seeds.Length == 0 => "it is no member yet: it makes a cluster of one",
        MemberStatus.Removed when facts.Phase <= NodePhase.Joining =>
            $"it is no member yet; expected one of streamlearn.node.seeds = [{facts.Seeds}] to run, to be reached, and to let it in",
        _ => $"it is {Name(status)}; started again, it joins anew",
    };

    private static IEnumerable<string> CheckpointProblems(PipelineFacts pipeline) => pipeline.CheckpointProblems.OrderBy(problem => problem.Key).Select(problem =>
        $"pipeline {pipeline.Name}, {(problem.Key == PipelineProgress.Averages ? "the writer of averages" : $"partition {problem.Key}")}, has no new checkpoint, for {problem.Value}; it is tried again. See that the checkpoint store "
        + "can be reached, and that there is room on its disk");

    /// <summary>In lower case, as configuration and JSON have it.</summary>
    internal static string Name(MemberStatus status) => status switch
    {
        MemberStatus.Joining => "joining",
        MemberStatus.WeaklyUp => "weakly_up",
        MemberStatus.Up => "up",
        MemberStatus.Leaving => "leaving",
        MemberStatus.Exiting => "exiting",
        MemberStatus.Down => "down",
        _ => "removed",
    };

    private static string? Joined(IEnumerable<string> problems)
    {
        var all = problems.ToList();
        return all.Count == 0 ? null
            : string.Join("; ", all.Take(MostNamed)) + (all.Count > MostNamed ? $"; and {all.Count - MostNamed} more" : "");
    }
}

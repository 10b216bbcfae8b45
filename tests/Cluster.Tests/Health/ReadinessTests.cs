using Akka.Cluster;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Health;

namespace StreamLearn.Cluster.Tests.Health;

public sealed class ReadinessTests
{
    private static readonly ReadinessFacts Running = new()
    {
        Phase = NodePhase.Running,
        Status = MemberStatus.Up,
        Ingests = true,
        Roles = new HashSet<string> { "ingest", "learner" },
        Pipelines = [Pipeline("p"), Pipeline("q")],
        HasStore = true,
    };

    [Fact]
    public void Given_a_node_that_has_all_it_needs_when_it_is_looked_at_then_it_is_ready_and_every_check_is_ok()
    {
        var report = Readiness.Of(Running);

        Assert.True(report.Ready);
        Assert.Equal(["node", "cluster", "learners", "pipelines", "readers", "checkpoints", "kafka"], report.Checks.Select(check => check.Name));
        Assert.All(report.Checks, check => Assert.Equal("ok", check.Finding));
    }

    [Fact]
    public void Given_a_pipeline_that_an_operator_has_paused_when_the_node_is_looked_at_then_it_is_ready_and_says_so()
    {
        var report = Readiness.Of(Running with { Pipelines = [Pipeline("p") with { IsPaused = true }, Pipeline("q")] });

        Assert.True(report.Ready);
        Assert.Equal("ok; pipeline p is paused", report.Checks.Single(check => check.Name == "pipelines").Finding);
    }

    [Theory]
    [InlineData(NodePhase.Connecting, null, "node, kafka", "it connects to Kafka")]
    [InlineData(NodePhase.Joining, MemberStatus.Removed, "node, cluster, checkpoints, kafka", "it joins its cluster")]
    [InlineData(NodePhase.Joining, MemberStatus.Joining, "node, cluster, checkpoints, kafka", "it joins its cluster")]
    [InlineData(NodePhase.Starting, MemberStatus.Up, "node, cluster, learners, checkpoints, kafka", "it looks at what is stored")]
    [InlineData(NodePhase.Stopping, MemberStatus.Up, "node, cluster", "it finishes what it has read")]
    [InlineData(NodePhase.Stopping, MemberStatus.Exiting, "node, cluster", "it finishes what it has read")]
    public void Given_a_phase_when_a_node_is_looked_at_then_it_is_not_ready_and_only_what_can_be_told_is_checked(
        NodePhase phase, MemberStatus? status, string checks, string problem)
    {
        var report = Readiness.Of(Running with { Phase = phase, Status = status, HasStore = phase != NodePhase.Connecting });

        Assert.False(report.Ready);
        Assert.Equal(checks, string.Join(", ", report.Checks.Select(check => check.Name)));
        Assert.Contains(problem, report.Checks[0].Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MemberStatus.WeaklyUp, "it is weakly_up; expected up")]
    [InlineData(MemberStatus.Leaving, "it is leaving; started again, it joins anew")]
    [InlineData(MemberStatus.Down, "it is down; started again, it joins anew")]
    [InlineData(MemberStatus.Removed, "it is removed; started again, it joins anew")]
    public void Given_a_running_node_that_is_not_up_when_it_is_looked_at_then_it_is_not_ready(MemberStatus status, string problem) =>
        AssertOnly("cluster", problem, Running with { Status = status });

    [Fact]
    public void Given_seeds_that_do_not_answer_when_a_node_is_looked_at_then_they_are_named()
    {
        var report = Readiness.Of(Running with { Phase = NodePhase.Joining, Status = MemberStatus.Removed, Seeds = "a:1, b:2" });

        Assert.Contains("expected one of streamlearn.node.seeds = [a:1, b:2] to run", report.Checks.Single(check => check.Name == "cluster").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_role_that_no_member_has_when_a_node_is_looked_at_then_it_says_which_pipeline_needs_it()
    {
        var facts = Running with { Pipelines = [Pipeline("p"), Pipeline("q") with { Role = "learner-gpu" }] };

        AssertOnly("learners", "the role learner-gpu, which the learners of pipeline q need; start a node with --role learner-gpu", facts);
    }

    [Fact]
    public void Given_a_pipeline_that_has_failed_when_a_node_is_looked_at_then_the_reason_is_said()
    {
        var report = Readiness.Of(Running with { Pipelines = [Pipeline("p"), Pipeline("q") with { HasEnded = true, Failure = "no such record" }] });

        Assert.Equal("pipeline q has failed: no such record", report.Checks.Single(check => check.Name == "pipelines").Problem);
        Assert.Equal("pipeline q reads no more; start the node again", report.Checks.Single(check => check.Name == "readers").Problem);
    }

    [Fact]
    public void Given_a_node_that_reads_nothing_when_it_is_looked_at_then_readers_are_no_check_of_it()
    {
        var report = Readiness.Of(Running with { Ingests = false });

        Assert.True(report.Ready);
        Assert.DoesNotContain(report.Checks, check => check.Name == "readers");
    }

    [Fact]
    public void Given_many_partitions_without_a_checkpoint_when_a_node_is_looked_at_then_some_are_named_in_order_and_the_others_counted()
    {
        var problems = Enumerable.Range(0, 10).Reverse().ToDictionary(partition => partition, _ => "the disk is full");

        var report = Readiness.Of(Running with { Pipelines = [Pipeline("p") with { CheckpointProblems = problems }] });

        var problem = report.Checks.Single(check => check.Name == "checkpoints").Problem!;
        Assert.StartsWith("pipeline p, partition 0, has no new checkpoint, for the disk is full", problem, StringComparison.Ordinal);
        Assert.EndsWith("; and 7 more", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("partition 3", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_place_of_averages_that_is_not_stored_when_a_node_is_looked_at_then_it_is_named() =>
        AssertOnly("checkpoints", "pipeline p, the writer of averages, has no new checkpoint, for the disk is full", Running with
        {
            Pipelines = [Pipeline("p") with { CheckpointProblems = new Dictionary<int, string> { [PipelineProgress.Averages] = "the disk is full" } }],
        });

    [Fact]
    public void Given_a_store_that_is_away_when_a_node_is_looked_at_then_it_is_not_ready() =>
        AssertOnly("checkpoints", "the store is away", Running with { StoreProblem = "the store is away" });

    [Fact]
    public void Given_brokers_that_are_away_when_a_node_is_looked_at_then_it_is_not_ready() =>
        AssertOnly("kafka", "no broker", Running with { KafkaProblem = "no broker" });

    [Fact]
    public void Given_a_reason_of_many_lines_without_end_when_it_is_said_then_it_is_one_line_of_bounded_length()
    {
        var finding = new HealthCheck("kafka", string.Concat(Enumerable.Repeat("no\r\nbroker\n", 1000))).Finding;

        Assert.True(finding.Length < 1010, $"{finding.Length} characters");
        Assert.DoesNotContain('\n', finding);
        Assert.DoesNotContain('\r', finding);
    }

    private static void AssertOnly(string name, string problem, ReadinessFacts facts)
    {
        var report = Readiness.Of(facts);
        Assert.False(report.Ready);
        var wrong = Assert.Single(report.Checks, check => check.Problem is not null);
        Assert.Equal(name, wrong.Name);
        Assert.Contains(problem, wrong.Finding, StringComparison.Ordinal);
    }

    private static PipelineFacts Pipeline(string name) => new(name, "learner", HasEnded: false, null, new Dictionary<int, string>());
}

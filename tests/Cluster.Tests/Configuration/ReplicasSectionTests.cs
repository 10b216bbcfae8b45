using System.Globalization;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Averaging;

namespace StreamLearn.Cluster.Tests.Configuration;

public class ReplicasSectionTests
{
    private const string SmallestFrame = "node.frame-size=262144";

    [Fact]
    public void Given_replicas_When_they_are_read_Then_every_setting_is_where_it_belongs_and_records_are_copied()
    {
        var pipeline = Load("replicas { enabled = on, every = 700, compression = layer-wise, error-budget = 2.5, share = 0.05, adjust-every = 3, slice-bytes = 32768 }");

        Assert.Equal(
            new ReplicaOptions
            {
                Every = 700, Compression = ReplicaCompression.LayerWise, ErrorBudget = 2.5, Share = 0.05, AdjustEvery = 3, SliceBytes = 32768,
            },
            pipeline.Plan.Replicas);
        Assert.Equal(("offers.events", "offers.contributions"), (pipeline.LogTopic, pipeline.ContributionsTopic));
        var settings = PipelineSettings.Of(pipeline).Values;
        Assert.Equal("on", settings["replicas.enabled"]);
        Assert.Equal("700", settings["replicas.every"]);
    }

    [Fact]
    public void Given_nothing_said_of_replicas_When_a_pipeline_is_read_Then_it_has_none_and_with_enabled_alone_what_the_code_has_by_default()
    {
        var without = Load("");
        Assert.Null(without.Plan.Replicas);
        Assert.Equal((false, ""), (without.HasReplicas, without.ContributionsTopic));
        Assert.DoesNotContain(PipelineSettings.Of(without).Values.Keys, path => path.StartsWith("replicas", StringComparison.Ordinal));
        Assert.Equal(new ReplicaOptions(), Load("replicas.enabled = on").Plan.Replicas);
    }

    [Theory]
    [InlineData("lin-ucb")]
    [InlineData("uniform")]
    public void Given_a_learner_that_cannot_be_averaged_When_replicas_are_enabled_Then_it_is_refused_with_those_that_can(string kind)
    {
        var message = Refusal($"learner {{ kind = {kind} }}, replicas.enabled = on");

        Assert.Contains($"streamlearn.pipelines.offers.replicas.enabled is on with the learner {kind}; expected off, or a learner", message, StringComparison.Ordinal);
        Assert.Contains("neu-fast-cb, neu-square-cb", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_model_of_many_slices_When_it_is_averaged_so_often_that_messages_get_too_large_Then_it_is_refused_with_what_would_do()
    {
        // 3 x 700 inputs of 64 units and more: some 540 kB.
        const string Large = "sources.contexts { features = [$], max-bytes = 100000 }";
        var features = string.Join(", ", Enumerable.Range(0, 700).Select(number => $"f{number}"));

        var large = Large.Replace("$", features, StringComparison.Ordinal) + "\nreplicas.enabled = on";

        // One after the other, at most five in a chunk.
        var message = Refusal(large, SmallestFrame);
        Assert.Contains("streamlearn.pipelines.offers.replicas.every is '1000'; expected streamlearn.node.frame-size = ", message, StringComparison.Ordinal);
        Assert.Contains("a larger every, a smaller chunks.records = 512", message, StringComparison.Ordinal);
        Assert.Contains("5 contributions of up to", message, StringComparison.Ordinal);
        Assert.NotNull(Load(large).Plan.Replicas);
        var least = message.Split("frame-size = ")[1].Split(' ')[0];
        Assert.NotNull(Load(large, $"node.frame-size={least}").Plan.Replicas);
        Refusal(large, $"node.frame-size={int.Parse(least, CultureInfo.InvariantCulture) - 1}");
        Assert.NotNull(Load(large + "\nreplicas.every = 6000", SmallestFrame).Plan.Replicas);
    }

    [Fact]
    public void Given_missing_feedback_that_counts_When_the_model_is_read_Then_an_answer_has_room_for_two_contributions_of_every_slice()
    {
        // One record may miss all decisions that wait, and each contribution that falls due goes back in the answer to it.
        const string Counting = "task { missing = 0, max-pending = 100000 }, replicas { enabled = on, every = 6000, slice-bytes = 16384 }, "
            + "sources.contexts { features = [$] }";
        var features = Counting.Replace("$", string.Join(", ", Enumerable.Range(0, 400).Select(number => $"f{number}")), StringComparison.Ordinal);

        var plan = Load(features).Plan;
        var (slices, bytes) = plan.ReplicaSlices;
        Assert.Equal(2 * slices, plan.MostContributions(512));
        Assert.InRange(plan.BesideAnswers(512), 2L * slices * bytes, (2L * slices * (bytes + 11)) + (100_008 / 8 * plan.Learners.Count * 11));

        var message = Refusal(features, SmallestFrame);
        Assert.Contains("while task.missing is a number, a smaller task.max-pending", message, StringComparison.Ordinal);
        Assert.NotNull(Load(features.Replace("missing = 0", "missing = drop", StringComparison.Ordinal), SmallestFrame).Plan.Replicas);
    }

    [Fact]
    public void Given_a_topic_that_the_replicas_need_When_another_has_it_Then_it_is_refused() => Assert.Contains(
        "named so that the topic of its replicas is 'offers.contributions', which is a source of a pipeline too",
        ConfigurationFile.Refusal(Text("replicas.enabled = on") + "\nstreamlearn.pipelines.p.source.topic = offers.contributions"), StringComparison.Ordinal);

    private static PipelineDefinition Load(string settings, params string[] node) => Assert.Single(ConfigurationFile.Load(Text(settings), node).Pipelines);

    private static string Refusal(string settings, params string[] node) => ConfigurationFile.Refusal(Text(settings), node);

    private static string Text(string settings) =>
        $"streamlearn.pipelines.offers {{\n task {{ kind = bandit, actions = [x, y, z] }}\n sources.contexts.features = [age]\n {settings}\n}}";
}

using System.Text;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cli.Demos;
using StreamLearn.Cli.Sources;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners.Bandits;
using StreamLearn.Simulation.Bandits;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Bandits;
using StreamLearn.Streams.Records;

namespace StreamLearn.Cli.Tests.Demos;

public sealed class PathFlowRecordsTests
{
    private readonly PathChoiceWorld _world = new(1);
    private readonly PipelineDefinition _pipeline = StreamLearnConfig.Load(null, [], BanditDemo.Block).Pipelines.Single();

    [Fact]
    public void Given_the_demos_pipeline_when_it_is_loaded_then_it_decides_among_the_worlds_paths_by_the_worlds_features()
    {
        var plan = Assert.IsType<BanditPlan>(_pipeline.Plan);

        Assert.Equal(Enumerable.Range(0, _world.PathsPerPair).Select(PathFlowRecords.ActionOf), plan.Task.Actions);
        Assert.Equal(_world.FeatureNames, Assert.IsType<BanditSchema>(_pipeline.Schema).Features);
        Assert.Equal((FeedbackKind.Cost, 0.0, 1.0), (plan.Task.Feedback, plan.Task.FeedbackMin, plan.Task.FeedbackMax));
        Assert.Equal(
            ["paths.contexts", "paths.rewards", "paths.events", "paths.decisions", "paths.dead-letter"],
            [.. _pipeline.Sources.Select(source => source.Topic), _pipeline.EventsTopic, .. _pipeline.Outputs.Select(output => output.Topic)]);
        Assert.Equal(
            ["neu-fast-cb", "linear-square-cb", "epsilon-greedy", "uniform"], plan.Learners.Select(learner => learner.Registration.Kind));
    }

    [Fact]
    public void Given_a_flow_when_its_records_are_decoded_then_they_are_the_context_and_the_cost_of_the_same_decision()
    {
        var flow = _world.Next();
        flow = _world.Next();
        var context = Decoded(0, PathFlowRecords.Context(flow, _world.FeatureNames), out var time);
        Assert.Equal(BanditRecordKind.Context, context.Kind);
        Assert.Equal(flow.Time, time);
        Assert.Equal(flow.Context.ToArray(), context.Context.Shared.ToArray());

        var reward = Decoded(1, PathFlowRecords.Reward(new FlowOutcome(flow.Menu.Key, flow.Step, flow.Time + 23, flow.Cost(2))), out time);
        Assert.Equal(BanditRecordKind.Feedback, reward.Kind);
        Assert.Equal((flow.Time + 23, flow.Cost(2)), (time, reward.Feedback));
        Assert.Equal("1", Encoding.UTF8.GetString(reward.Id));
        Assert.Equal(context.Id.ToArray(), reward.Id.ToArray());
    }

    [Theory]
    [InlineData("""{"key":"Paris-Warsaw","id":"17","action":"path-3","probability":0.9,"probabilities":[0.1,0.9],"model_version":4}""", 17, 2)]
    [InlineData("""{"id":"0","action":"path-1"}""", 0, 0)]
    [InlineData("""{"id":"seventeen","action":"road-3"}""", -1, -1)]
    [InlineData("""{"id":"17","action":"path--3"}""", 17, -1)]
    public void Given_a_decision_when_it_is_read_then_its_flow_and_path_are_known_or_said_to_be_none(string value, long id, int path) =>
        Assert.Equal(new PathDecision(id, path), PathDecision.Parse(Encoding.UTF8.GetBytes(value)));

    private BanditRecord Decoded(int source, InputRecord record, out long time)
    {
        var builder = new RecordBatchBuilder("t", 0, 1, 1 << 16);
        builder.Add(0, 0, record.Key, hasKey: true, record.Value, hasValue: true);
        var decoded = _pipeline.Sources[source].Schema.CreateDecoder().Decode(builder.Build(0));
        Assert.Empty(decoded.DeadLetters);
        time = decoded.Examples.Times[0];
        Assert.True(BanditRecord.TryRead(decoded.Examples.Payload(0), out var read));
        return read;
    }
}

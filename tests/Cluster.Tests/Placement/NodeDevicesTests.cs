using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Placement;
using StreamLearn.Learners;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.LastValue;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;

namespace StreamLearn.Cluster.Tests.Placement;

public sealed class NodeDevicesTests
{
    [Theory]
    [InlineData("learner { kind = recursive-least-squares }", "learner")]
    [InlineData("learner { kind = gru, device = auto }", "learner")]
    [InlineData("learner { kind = gru, device = torch }", "learner")]
    [InlineData("learner { kind = gru, device = cuda }", "learner-gpu")]
    [InlineData("learner { kind = last-value }, rivals = [last-value, { kind = liquid, device = cuda }]", "learner-gpu")]
    public void Given_a_pipeline_When_its_role_is_asked_for_Then_a_learner_or_rival_with_cuda_decides(string settings, string role) =>
        Assert.Equal(role, PipelineRole.Of(Config(settings).Pipelines[0]));

    [Fact]
    public void Given_a_default_of_all_learners_of_a_kind_When_the_role_is_asked_for_Then_it_counts() =>
        Assert.Equal("learner-gpu", PipelineRole.Of(StreamLearnConfig.Load(null, ["learners.gru.device=cuda", "pipelines.p.learner.kind=gru"]).Pipelines[0]));

    [Theory]
    [InlineData("", "ingest, learner, learner-gpu")]
    [InlineData("node.roles=[ingest]", "ingest")]
    [InlineData("node.seeds=[\"other:4053\"]", "ingest, learner")]
    public void Given_a_pipeline_that_needs_a_gpu_When_a_node_is_a_cluster_of_one_with_learners_Then_it_has_those_too(string setting, string roles) =>
        Assert.Equal(roles, string.Join(", ", Config("learner { kind = gru, device = cuda }", setting.Length > 0 ? [setting] : []).Node.Roles));

    [Fact]
    public void Given_a_node_for_gpus_that_has_none_When_it_starts_with_a_pipeline_that_needs_one_Then_it_is_refused_and_an_ingest_node_is_not()
    {
        if (TorchSharp.torch.cuda.is_available())
        {
            return;
        }

        var config = Config("learner { kind = gru, device = cuda }");

        var refused = Assert.Throws<ConfigurationException>(() => For("ingest, learner-gpu")).Message;
        Assert.StartsWith("streamlearn.pipelines.p.learner.device is cuda; expected auto, cpu, or what works here. ", refused, StringComparison.Ordinal);
        Assert.EndsWith("The learners of p live on nodes with the role learner-gpu, as this one.", refused, StringComparison.Ordinal);

        var ingest = For("ingest");
        Assert.False(ingest.Hosts(config.Pipelines[0]));
        Assert.False(For("learner").Hosts(config.Pipelines[0]));

        NodePlacement For(string roles) => NodePlacement.For(config with { Node = config.Node with { Roles = roles.Split(", ") } }, TimeProvider.System);
    }

    [Theory]
    [InlineData("auto", 2, "0, 1")]
    [InlineData("[1, 0]", 2, "1, 0")]
    [InlineData("[3]", 4, "3")]
    public void Given_gpus_When_a_pipeline_needs_one_Then_those_of_the_setting_have_slots_and_dispatchers_of_one_thread(string devices, int count, string gpus)
    {
        var config = Config("learner { kind = gru, device = cuda }", $"node.devices={devices}");

        var slots = NodeDevices.SlotsOf(config.Placement, ["p"], () => count)!;
        var hocon = new NodePlacement(config.Node, config.Placement, ["learner-gpu"], config.Pipelines, TimeProvider.System, () => count).Hocon;

        Assert.Equal(gpus, string.Join(", ", slots.Slots.Select(slot => slot.Gpu)));
        Assert.All(slots.Slots, slot => Assert.Equal(1, hocon.GetInt($"{slot.Dispatcher}.dedicated-thread-pool.thread-count")));
        Assert.Equal(TimeSpan.FromSeconds(10), hocon.GetTimeSpan("akka.cluster.sharding.rebalance-interval"));
    }

    [Theory]
    [InlineData("auto", 0, "streamlearn.node.devices is auto; expected GPUs that Torch finds here, where it finds none.")]
    [InlineData("[0, 2]", 2, "streamlearn.node.devices is [0, 2]; expected GPUs that Torch finds here, which are 0 to 1.")]
    [InlineData("[0]", 0, "streamlearn.node.devices is [0]; expected GPUs that Torch finds here, where it finds none.")]
    public void Given_a_gpu_that_is_not_there_When_a_pipeline_needs_one_Then_the_message_says_which_are(string devices, int count, string message)
    {
        var config = Config("learner { kind = gru, device = cuda }", $"node.devices={devices}");

        Assert.Equal(
            message, Assert.Throws<ConfigurationException>(() => NodeDevices.SlotsOf(config.Placement, ["p"], () => count)).Message);
    }

    [Fact]
    public void Given_no_pipeline_that_needs_a_gpu_When_slots_are_made_Then_nobody_looks_for_one()
    {
        var config = Config("learner { kind = gru }", "node.devices=[7]");

        Assert.False(NodeDevices.UsesGpu(config.Pipelines[0]));
        Assert.Null(NodeDevices.SlotsOf(config.Placement, [], () => throw new InvalidOperationException("Torch was asked.")));
    }

    [Fact]
    public void Given_a_learner_with_device_auto_that_comes_to_a_gpu_here_When_slots_are_made_Then_its_buckets_have_them_as_those_of_cuda_have()
    {
        var config = Config("learner { kind = gru }", "node.devices=[1]");
        var pipeline = OnGpu(config.Pipelines[0]);

        var placement = new NodePlacement(config.Node, config.Placement, ["learner"], [pipeline], TimeProvider.System, () => 2);

        Assert.True(NodeDevices.UsesGpu(pipeline));
        Assert.Equal("learner", PipelineRole.Of(pipeline));
        Assert.Equal(1, placement.Hocon.GetInt("streamlearn.device-dispatcher-1.dedicated-thread-pool.thread-count"));
        Assert.Equal(
            "streamlearn.node.devices is [1]; expected GPUs that Torch finds here, which are 0 to 0.",
            Assert.Throws<ConfigurationException>(
                () => new NodePlacement(config.Node, config.Placement, ["learner"], [pipeline], TimeProvider.System, () => 1)).Message);
        Assert.False(new NodePlacement(config.Node, config.Placement, ["ingest"], [pipeline], TimeProvider.System, () => 1).Hosts(pipeline));
    }

    /// <summary>The pipeline, with a learner of which this machine says that it runs on a GPU.</summary>
    private static PipelineDefinition OnGpu(PipelineDefinition pipeline)
    {
        var registration = new ForecasterRegistration(
            "large", "is on a GPU", new Dictionary<string, string> { ["device"] = "auto" }, (_, _, _, _) => new LastValueForecaster(),
            (_, _) => new DeviceChoice(NetworkDevice.TorchCuda, "large"));
        return pipeline with { Plan = new ForecastPlan(new ForecastTask { Horizons = [1] }, [new LearnerChoice(registration, OptionSet.Defaults)], 1, 1000) };
    }

    [Theory]
    [InlineData("node.devices", "all", "'all'; expected auto, or the numbers of GPUs, each once: [0, 1]")]
    [InlineData("node.devices", "[]", "''; expected auto, or the numbers of GPUs")]
    [InlineData("node.devices", "[1, 1]", "[1, 1]; expected auto, or the numbers of GPUs")]
    [InlineData("node.devices", "[-1]", "'-1'; expected a whole number from 0 to 1023")]
    [InlineData("node.placement.report-every", "1ms", "'1ms'; expected a duration of at least 100ms")]
    [InlineData("node.placement.rebalance-every", "soon", "'soon'; expected a duration of at least 100ms")]
    [InlineData("node.placement.threshold", "-0.1", "'-0.1'; expected a number from 0 to 100")]
    [InlineData("node.placement.most-moves", "1.5", "'1.5'; expected a whole number from 0 to 100000")]
    public void Given_a_setting_of_placement_that_cannot_be_used_When_it_is_loaded_Then_path_value_and_expectation_are_named(
        string path, string value, string problem) =>
        Assert.Contains(
            $"streamlearn.{path} is {problem}",
            Assert.Throws<ConfigurationException>(() => StreamLearnConfig.Load(null, [$"{path}={value}"])).Message, StringComparison.Ordinal);

    private static StreamLearnConfig Config(string pipeline, params string[] settings) =>
        StreamLearnConfig.Load(null, settings, $"streamlearn.pipelines.p {{ {pipeline} }}");
}

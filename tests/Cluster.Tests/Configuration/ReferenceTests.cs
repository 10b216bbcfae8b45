using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Membership;
using StreamLearn.Learners;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Supervised;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Bandits;
using StreamLearn.Streams.Codecs.Supervised;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Tests.Configuration;

/// <summary>That <c>config/hocon/reference.conf</c> says what the program does.</summary>
public class ReferenceTests
{
    /// <summary>For each task a pipeline that has every learner, and one that says nothing.</summary>
    private static readonly string Base =
        $"streamlearn.pipelines.p.rivals = [{string.Join(", ", ForecasterCatalog.All.Select(learner => learner.Kind))}]\n"
        + "streamlearn.pipelines.c { task { kind = bandit }, sources { contexts { action-features = [z] } } }\n"
        + $"streamlearn.pipelines.b {{ task {{ kind = bandit, actions = [x, y] }}, rivals = [{string.Join(", ", BanditCatalog.All.Select(learner => learner.Kind))}] }}\n"
        + $"streamlearn.pipelines.p.drift.detectors = [{string.Join(", ", DriftDetectorCatalog.All.Select(detector => detector.Kind))}]\n"
        + $"streamlearn {{ classify-defaults.source.features = [x], pipelines.k {{ task.kind = classify, rivals = [{KindsOf(SupervisedTask.Classify)}], sources.labels.topic = l }} }}\n"
        + "streamlearn.pipelines.l { task.kind = classify }\n"
        + $"streamlearn {{ regress-defaults.source.features = [x], pipelines.r {{ task.kind = regress, rivals = [{KindsOf(SupervisedTask.Regress)}], sources.labels.topic = l }} }}\n"
        + "streamlearn.pipelines.t { task.kind = regress }\n"
        + $"streamlearn.pipelines.x {{ task.kind = language, rivals = [{KindsOf(LanguageTask.Name)}] }}\n"
        + "streamlearn.pipelines.y.task.kind = language\n"
        + "streamlearn.pipelines.q {}";

    /// <summary>The blocks of defaults with the pipelines that have them.</summary>
    private static readonly (string Defaults, string Pipeline)[] PipelinesOf =
    [
        ("pipeline-defaults", "p"), ("bandit-defaults", "b"), ("classify-defaults", "k"), ("regress-defaults", "r"), ("language-defaults", "x"),
    ];

    public static TheoryData<string> Leaves() => [.. Paths(Reference(), "").Where(path => !path.StartsWith("kafka.client", StringComparison.Ordinal))];

    public static TheoryData<string> Examples() =>
        [.. Directory.EnumerateFiles(Path.Combine(RepositoryRoot(), "config", "hocon"), "*.conf").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Given_a_setting_of_the_reference_When_it_is_changed_Then_the_configuration_changes_or_is_refused(string path)
    {
        CheckIsRead(path);
        foreach (var (defaults, pipeline) in PipelinesOf.Where(row => path.StartsWith(row.Defaults + ".", StringComparison.Ordinal)))
        {
            CheckIsRead($"pipelines.{pipeline}{path[defaults.Length..]}");
        }
    }

    [Fact]
    public void Given_the_reference_When_its_settings_are_counted_Then_there_are_some_of_each_block()
    {
        var leaves = Paths(Reference(), "").ToList();

        Assert.All(
            ["seed", "node.port", "kafka.batch-records", "checkpoint.store.kind", "learners.recursive-least-squares.lags",
                "pipeline-defaults.task.scoring.window", "pipeline-defaults.rivals"],
            path => Assert.Contains(path, leaves));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Given_an_example_of_the_project_When_it_is_loaded_Then_it_is_accepted(string file)
    {
        var config = StreamLearnConfig.Load(Path.Combine(RepositoryRoot(), "config", "hocon", file), []);

        Assert.True(
            file is "reference.conf" || (config.Pipelines.Count > 0 && config.Node.Seeds.Count == 0) || (config.Pipelines.Count == 0 && config.Node.Seeds.Count > 0),
            $"{file} is neither a file of pipelines nor one of a node: it has {config.Pipelines.Count} pipelines and {config.Node.Seeds.Count} seeds.");
    }

    [Theory]
    [InlineData("seed-node.conf", "ingest")]
    [InlineData("ingest-node.conf", "ingest")]
    [InlineData("learner-node.conf", "learner")]
    [InlineData("gpu-node.conf", "learner-gpu")]
    public void Given_a_file_of_a_node_When_it_is_loaded_with_one_of_pipelines_Then_the_node_is_as_it_is_called_and_joins_by_the_seed(string file, string role)
    {
        var folder = Path.Combine(RepositoryRoot(), "config", "hocon");
        var seed = StreamLearnConfig.Load(Path.Combine(folder, "seed-node.conf"), []).Node;

        var config = StreamLearnConfig.LoadFiles([Path.Combine(folder, file), Path.Combine(folder, "link-load.conf")], []);

        Assert.Equal([role], config.Node.Roles);
        Assert.Equal(new SeedNode(seed.PublicHost, seed.Port), config.Node.Seeds[0]);
        // A seed that names itself alone starts a cluster of its own whenever it starts.
        Assert.True(config.Node.Seeds.Count > 1, $"{file} names one seed.");
        Assert.Equal(seed.Seeds, config.Node.Seeds);
        Assert.Equal("link-load", Assert.Single(config.Pipelines).Name);
    }

    [Fact]
    public void Given_the_file_in_the_checkout_When_it_is_compared_Then_it_is_the_one_in_the_program() =>
        Assert.Equal(File.ReadAllText(Path.Combine(RepositoryRoot(), "config", "hocon", "reference.conf")), StreamLearnConfig.Reference);

    [Fact]
    public void Given_the_learners_of_the_catalog_When_the_reference_is_read_Then_it_has_the_same_with_the_same_defaults()
    {
        var stated = Reference().GetKey("learners").GetObject().Items;

        Assert.Equal(LearnerCatalog.All.Select(learner => learner.Kind).Order(), stated.Keys.Order());
        Assert.All(LearnerCatalog.All, learner => Assert.Equal(
            learner.Options.Select(option => (option.Key, Canonical(option.Value))).Order(),
            stated[learner.Kind].GetObject().Items.Select(option => (option.Key, Canonical(option.Value.GetString()))).Order()));
    }

    [Fact]
    public void Given_the_drift_detectors_of_the_catalog_When_the_reference_is_read_Then_it_has_the_same_with_the_same_defaults()
    {
        var stated = Reference().GetKey("drift-detectors").GetObject().Items;

        Assert.Equal(DriftDetectorCatalog.All.Select(detector => detector.Kind).Order(), stated.Keys.Order());
        Assert.All(DriftDetectorCatalog.All, detector => Assert.Equal(
            detector.Options.Select(option => (option.Key, Canonical(option.Value))).Order(),
            stated[detector.Kind].GetObject().Items.Select(option => (option.Key, Canonical(option.Value.GetString()))).Order()));
    }

    [Fact]
    public void Given_nothing_set_When_a_configuration_is_loaded_Then_it_is_what_the_code_has_by_default()
    {
        var config = StreamLearnConfig.Load(null, [], "streamlearn.pipelines.p {}");

        var pipeline = Assert.Single(config.Pipelines);
        Assert.Equal(Describe.All(new KafkaSettings { BootstrapServers = "localhost:9092" }), Describe.All(config.Kafka));
        Assert.Equal(Describe.All(new CheckpointStoreOptions()), Describe.All(config.Checkpoint.Store));
        Assert.Equal(Describe.All(new InfluxSettings()), Describe.All(config.Influx));
        Assert.Equal((TimeSpan.FromSeconds(10), 10_000), (config.Checkpoint.Every, config.Checkpoint.EveryRecords));
        Assert.Equal(Describe.All(new RecordSchema()), Describe.All(pipeline.Schema));
        var plan = Assert.IsType<ForecastPlan>(pipeline.Plan);
        Assert.Equal(Describe.All(new ForecastTask()), Describe.All(plan.Task));
        Assert.Equal(new ScoringOptions(), plan.Task.Scoring);
        Assert.Equal(new ChunkLimits(), pipeline.Chunks);
        Assert.Equal(Describe.All(new AlertOptions()), Describe.All(plan.Alerts));
        Assert.Empty(plan.Drift);
        var bare = new PipelineDefinition { Name = "p", Sources = pipeline.Sources, Plan = pipeline.Plan, PredictionsTopic = "", DeadLettersTopic = "" };
        Assert.Equal(
            (bare.Start, bare.LostRecords, bare.CoPartitioned, bare.Buckets),
            (pipeline.Start, pipeline.LostRecords, pipeline.CoPartitioned, pipeline.Buckets));
        Assert.Equal(1ul, config.Seed);
        Assert.True(config.Akka.IsEmpty);
    }

    [Fact]
    public void Given_a_bandit_pipeline_that_says_no_more_When_a_configuration_is_loaded_Then_it_is_what_the_code_has_by_default()
    {
        var config = StreamLearnConfig.Load(null, [], "streamlearn.pipelines.b.task { kind = bandit, actions = [x, y] }");

        var pipeline = Assert.Single(config.Pipelines);
        var plan = Assert.IsType<BanditPlan>(pipeline.Plan);
        Assert.Equal(Describe.All(new BanditTask { Actions = ["x", "y"] }), Describe.All(plan.Task));
        Assert.Equal(Describe.All(BanditPlan.DefaultOffPolicy), Describe.All(plan.OffPolicy));
        Assert.Equal("neu-fast-cb", Assert.Single(plan.Learners).Registration.Kind);
        Assert.Equal([("contexts", "b.contexts"), ("rewards", "b.rewards")], pipeline.Sources.Select(source => (source.Name, source.Topic)));
        Assert.Equal(Describe.All(new BanditSchema { Task = plan.Task }), Describe.All(pipeline.Sources[0].Schema));
        Assert.Equal(Describe.All(new RewardSchema { Task = plan.Task }), Describe.All(pipeline.Sources[1].Schema));
        Assert.Equal(("b.events", "b.decisions", "b.dead-letter"), (pipeline.LogTopic, pipeline.PredictionsTopic, pipeline.DeadLettersTopic));
    }

    [Theory]
    [InlineData(SupervisedTask.Classify, "mlp-classifier, logistic, naive-bayes, last-label, majority")]
    [InlineData(SupervisedTask.Regress, "mlp-regressor, linear-regression, last-target, running-mean")]
    public void Given_a_pipeline_of_labels_that_says_no_more_When_a_configuration_is_loaded_Then_it_is_what_the_code_has_by_default(string task, string learners)
    {
        var config = StreamLearnConfig.Load(null, [], $"streamlearn.pipelines.s {{ task.kind = {task}, source.features = [x], sources.labels.topic = l }}");

        var pipeline = Assert.Single(config.Pipelines);
        var plan = Assert.IsType<SupervisedPlan>(pipeline.Plan);
        var features = new FeaturesSchema { Task = new SupervisedTask { Name = task }, Features = ["x"] };
        features = features with { Task = features.Fit(features.Task) };
        Assert.Equal(Describe.All(features), Describe.All(pipeline.Sources[0].Schema));
        Assert.Equal(Describe.All(features.Task), Describe.All(plan.Task));
        Assert.Equal(Describe.All(new LabelsSchema { Task = plan.Task }), Describe.All(pipeline.Sources[1].Schema));
        Assert.Equal(learners, string.Join(", ", plan.Learners.Select(learner => learner.Registration.Kind)));
        Assert.Equal([("features", "s"), ("labels", "l")], pipeline.Sources.Select(source => (source.Name, source.Topic)));
        Assert.Equal(("s.events", "s.predictions", "s.dead-letter"), (pipeline.LogTopic, pipeline.PredictionsTopic, pipeline.DeadLettersTopic));
    }

    [Fact]
    public void Given_no_threads_set_When_a_configuration_is_loaded_Then_there_are_as_many_as_processors() =>
        Assert.Equal(Environment.ProcessorCount, StreamLearnConfig.Load(null, []).Node.LearnerThreads);

    private static string KindsOf(string task) => string.Join(", ", LearnerCatalog.All.Where(learner => learner.Task == task).Select(learner => learner.Kind));

    private static void CheckIsRead(string path)
    {
        var before = Describe.All(StreamLearnConfig.Load(null, [], Base));

        string after;
        try
        {
            after = Describe.All(StreamLearnConfig.Load(null, [$"{path}=?!"], Base));
        }
        catch (StreamLearn.Cluster.Configuration.ConfigurationException refusal)
        {
            Assert.Contains(path[(path.LastIndexOf('.') + 1)..], refusal.Message, StringComparison.Ordinal);
            return;
        }

        Assert.True(before != after, $"streamlearn.{path} = \"?!\" changes nothing: it is not read.");
    }

    private static HoconObject Reference() => ConfigurationFactory.ParseString(StreamLearnConfig.Reference).Root.GetObject().GetKey("streamlearn").GetObject();

    private static IEnumerable<string> Paths(HoconObject block, string prefix) => block.Items.SelectMany(item => item.Value.IsObject()
        ? Paths(item.Value.GetObject(), $"{prefix}{item.Key}.")
        : [prefix + item.Key]);

    /// <summary>A number in the form in which numbers are compared; other text as it is.</summary>
    private static string Canonical(string? text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number.ToString("R", CultureInfo.InvariantCulture) : text ?? "";

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "StreamLearn.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No StreamLearn.sln above {AppContext.BaseDirectory}.");
    }
}

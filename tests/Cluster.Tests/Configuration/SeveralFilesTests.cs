using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Cluster.Tests.Configuration;

/// <summary>Configurations of several files: how they are put together, and which one is named where something is wrong.</summary>
public sealed class SeveralFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamlearn-configurations-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Given_a_file_of_a_node_and_one_of_pipelines_When_they_are_loaded_Then_each_has_its_say()
    {
        var config = Load(
            [
                "streamlearn { node { port = 4053, roles = [learner] }\n kafka { bootstrap-servers = \"a:1\" } }",
                "streamlearn.pipelines.p.task { horizons = [7], step = 1m }",
            ]);

        Assert.Equal((4053, "learner", "a:1"), (config.Node.Port, Assert.Single(config.Node.Roles), config.Kafka.BootstrapServers));
        Assert.Equal([7], ((ForecastPlan)Assert.Single(config.Pipelines).Plan).Task.Horizons);
    }

    [Fact]
    public void Given_a_setting_in_several_files_When_they_are_loaded_Then_the_last_file_counts_and_single_settings_count_more()
    {
        string[] texts = ["streamlearn { seed = 1\n node { port = 1, shards = 9 } }", "streamlearn { seed = 2\n node { port = 2 } }", "streamlearn.seed = 3"];

        var config = Load(texts);

        Assert.Equal((3ul, 2, 9), (config.Seed, config.Node.Port, config.Node.Shards));
        Assert.Equal(4ul, Load(texts, "seed=4").Seed);
        Assert.Equal(1ul, Load([.. texts.Reverse()]).Seed);
    }

    [Fact]
    public void Given_lists_in_several_files_When_they_are_loaded_Then_the_last_one_replaces_the_others() =>
        Assert.Equal(
            ["b:2"],
            Load(["streamlearn.node.seeds = [\"a:1\", \"b:1\"]", "streamlearn.node.seeds = [\"b:2\"]"]).Node.Seeds.Select(seed => seed.ToString()));

    [Fact]
    public void Given_settings_of_akka_in_several_files_When_they_are_loaded_Then_the_last_file_counts()
    {
        var akka = Load(["akka { a = 1, b = 1 }", "akka { b = 2 }"]).Akka;

        Assert.Equal((1, 2), (akka.GetInt("akka.a"), akka.GetInt("akka.b")));
    }

    [Theory]
    [InlineData("streamlearn { seed = 1", "0.conf: line 1 has a '{' that is never closed")]
    [InlineData("streamlearn { sed = 1 }", "0.conf: streamlearn.sed is no known setting")]
    [InlineData("streamlearn { seed = x }", "0.conf: streamlearn.seed is 'x'")]
    [InlineData("streamlearn { node { host = \"0.0.0.0\" } }", "0.conf, 1.conf: streamlearn.node.public-host is empty, and host is 0.0.0.0")]
    [InlineData("streamlearn { node { host = \"0.0.0.0\", public-host = \"\" } }", "0.conf: streamlearn.node.public-host is empty, and host is 0.0.0.0")]
    [InlineData("streamlearn { kafka { client { \"sasl.password\" = hunter2 } } }", "0.conf: streamlearn.kafka.client.\"sasl.password\" is a secret")]
    [InlineData("streamlearn { kafka { client { \"ssl.ca.location-env\" = NOT_SET_ANYWHERE } } }", "0.conf: streamlearn.kafka.client.\"ssl.ca.location-env\" is ")]
    [InlineData("streamlearn { pipelines { \"a b\" {} } }", "0.conf: a pipeline is named 'a b'")]
    [InlineData("streamlearn { pipelines { a { rivals = [{ kind = last-value }, wizard] } } }", "0.conf: streamlearn.pipelines.a.rivals is 'wizard'")]
    [InlineData("streamlearn { pipelines { a { learner { kind = recursive-least-squares, lags = 0 } } } }", "0.conf: streamlearn.pipelines.a.learner.lags is ")]
    [InlineData("streamlearn { pipelines { a { drift { detectors = [eddm] } } } }", "0.conf: streamlearn.pipelines.a.drift.detectors.kind is 'eddm'")]
    [InlineData("streamlearn { pipelines { a { sinks { predictions = p } } } }", "0.conf: streamlearn.pipelines.a.sinks.predictions is 'p', which is a source")]
    public void Given_a_file_that_is_wrong_When_a_good_one_stands_beside_it_Then_the_wrong_one_is_named(string text, string problem)
    {
        Assert.StartsWith(problem, Refusal([text, "streamlearn { pipelines { p { source { topic = p } } } }"]), StringComparison.Ordinal);
        if (!problem.Contains(',', StringComparison.Ordinal) || !problem.StartsWith("0.conf, ", StringComparison.Ordinal))
        {
            Assert.StartsWith(
                problem.Replace("0.conf", "1.conf", StringComparison.Ordinal),
                Refusal(["streamlearn { pipelines { p { source { topic = p } } } }", text]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Given_a_wrong_setting_over_files_When_it_is_loaded_Then_the_setting_is_named_not_a_file() =>
        Assert.StartsWith(
            "--set node.port: streamlearn.node.port is 'x'; expected ", Refusal(["streamlearn.node.port = 1", "streamlearn.node.port = 2"], "node.port=x"), StringComparison.Ordinal);

    [Fact]
    public void Given_a_wrong_value_that_another_file_replaces_When_they_are_loaded_Then_it_is_no_matter() =>
        Assert.Equal(2, Load(["streamlearn.node.port = x", "streamlearn.node.port = 2"]).Node.Port);

    [Fact]
    public void Given_a_pipeline_whose_task_one_file_names_When_another_one_has_settings_of_the_task_Then_they_are_known() =>
        Assert.Equal(
            77,
            Assert.Single(Load(["streamlearn.pipelines.p.task { max-pending = 77 }", "streamlearn.pipelines.p.task { kind = bandit, actions = [x, y] }"]).Pipelines)
                .Plan is StreamLearn.Learners.Bandits.BanditPlan plan ? plan.Task.Join.MaxPending : 0);

    private StreamLearnConfig Load(string[] texts, params string[] settings) => StreamLearnConfig.LoadFiles(Write(texts), settings);

    /// <summary>The message without the folder, on one line.</summary>
    private string Refusal(string[] texts, params string[] settings)
    {
        var message = Assert.Throws<ConfigurationException>(() => Load(texts, settings)).Message;
        Assert.DoesNotContain('\n', message);
        return message.Replace(_folder.FullName + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }

    private string[] Write(string[] texts) => [.. texts.Select((text, i) =>
    {
        var path = Path.Combine(_folder.FullName, $"{i}.conf");
        File.WriteAllText(path, text);
        return path;
    })];
}

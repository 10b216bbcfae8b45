using System.CommandLine;
using StreamLearn.Cli.Commands;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("2s", 2)]
    [InlineData("1.5m", 90)]
    [InlineData("0s", 0)]
    public void Given_a_duration_when_it_is_parsed_then_its_unit_counts(string text, double seconds)
    {
        var option = CommonOptions.Duration("--after", "when");
        var command = new Command("test") { option };

        Assert.Equal(TimeSpan.FromSeconds(seconds), command.Parse(["--after", text]).GetValue(option));
        Assert.Null(command.Parse([]).GetValue(option));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("5 parsecs")]
    [InlineData("-1s")]
    [InlineData("x")]
    public void Given_no_duration_when_it_is_parsed_then_the_error_says_what_is_expected(string text)
    {
        var command = new Command("test") { CommonOptions.Duration("--after", "when") };

        Assert.Contains(command.Parse([$"--after={text}"]).Errors, error => error.Message.Contains("expected a duration", StringComparison.Ordinal));
    }

    [Fact]
    public void Given_single_settings_when_the_configuration_is_loaded_then_the_last_counts_and_the_seed_is_one_of_them()
    {
        var command = new Command("test");
        var common = CommonOptions.AddTo(command);

        var config = common.Load(command.Parse(["--set", "node.shards=8", "--set", "streamlearn.node.shards=9", "--seed", "42"]));

        Assert.Equal((9, 42UL), (config.Node.Shards, config.Seed));
    }

    [Fact]
    public void Given_several_files_when_the_configuration_is_loaded_then_the_last_counts()
    {
        var command = new Command("test");
        var common = CommonOptions.AddTo(command);
        var folder = Directory.CreateTempSubdirectory("streamlearn-command-line-");
        try
        {
            var (first, second) = (Path.Combine(folder.FullName, "first.conf"), Path.Combine(folder.FullName, "second.conf"));
            File.WriteAllText(first, "streamlearn { seed = 1\n node { port = 1 } }");
            File.WriteAllText(second, "streamlearn.seed = 2");

            var parsed = command.Parse(["--config", first, "--config", second]);
            var config = common.Load(parsed);

            Assert.True(common.HasConfig(parsed));
            Assert.Equal((2UL, 1), (config.Seed, config.Node.Port));
            Assert.False(common.HasConfig(command.Parse([])));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Regression: a setting that was refused was shown with its value, which may be a password.</summary>
    [Fact]
    public void Given_a_secret_in_a_setting_when_it_is_refused_then_the_message_does_not_show_it()
    {
        var command = new Command("test");
        var common = CommonOptions.AddTo(command);

        foreach (var setting in new[] { "kafka.client.sasl.password=hunter2", "kafka.clients.sasl.password=hunter2", "kafka.client.sasl.password=\"hunter2" })
        {
            var refused = Assert.Throws<ConfigurationException>(() => common.Load(command.Parse(["--set", setting])));
            Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Given_each_command_when_its_options_are_listed_then_the_common_ones_are_among_them()
    {
        Command[] commands =
        [
            DemoCommand.Create(), RunCommand.Create(), EvaluateCommand.Create(), ProduceCommand.Create(), BrokerCommand.Create(), DoctorCommand.Create(),
            InspectCommand.Create(), RollbackCommand.Create(), ReplayCommand.Create(),
        ];

        foreach (var command in commands)
        {
            var names = command.Options.Select(option => option.Name).ToArray();
            Assert.All((string[])["--config", "--set", "--seed", "--json"], name => Assert.Contains(name, names));
            Assert.All(command.Options, option => Assert.False(string.IsNullOrEmpty(option.Description), option.Name));
        }
    }
}

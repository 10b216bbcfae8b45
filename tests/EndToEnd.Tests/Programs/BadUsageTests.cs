namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>What is wrong is one line on standard error with what was expected, and an exit code.</summary>
public sealed class BadUsageTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public static TheoryData<string, string[]> WrongCommandLines => new()
    {
        { "nope", ["nope"] },
        { "command", [] },
        { "--bogus", ["demo", "--bogus"] },
        { "--duration", ["demo", "--duration"] },
        { "expected a duration", ["demo", "--duration", "5x"] },
        { "--config is missing", ["run"] },
        { "/no/such.conf", ["run", "--config", "/no/such.conf"] },
        { "/no/such.conf", ["run", "--config", "/dev/null", "--config", "/no/such.conf"] },
        { "--config may be repeated", ["run", "--config", "/dev/null"] },
        { "/no/such.csv is not there", ["evaluate", "--data", "/no/such.csv"] },
        { "--data is missing", ["evaluate"] },
        { "expected one of forecast, bandit, classify, regress, language", ["evaluate", "--task", "control", "--data", "/etc/hostname"] },
        { "--horizons stands with --task classify; expected --task forecast", ["evaluate", "--task", "classify", "--data", "/etc/hostname", "--horizons", "1"] },
        { "--scale-until stands with --task classify; expected --task regress", ["evaluate", "--task", "classify", "--data", "/etc/hostname", "--scale-until", "1"] },
        { "--seeds stands with --task regress; expected --task bandit", ["evaluate", "--task", "regress", "--data", "/etc/hostname", "--seeds", "1"] },
        { "--format stands with --task regress; expected --task bandit", ["evaluate", "--task", "regress", "--data", "/etc/hostname", "--format", "json"] },
        { "--label stands with --task bandit", ["evaluate", "--task", "bandit", "--data", "/etc/hostname", "--label", "y"] },
        { "--label is missing: no field of /etc/hostname", ["evaluate", "--task", "classify", "--data", "/etc/hostname"] },
        { "--label is given, and the task of pipeline evaluation is forecast", ["evaluate", "--data", "/etc/hostname", "--label", "y"] },
        { "--horizons stands with --task language; expected --task forecast", ["evaluate", "--task", "language", "--data", "/etc/hostname", "--horizons", "1"] },
        { "--texts is given with --task forecast; expected it with --task language only", ["evaluate", "--data", "/etc/hostname", "--texts", "1"] },
        { "--texts is '0'; expected a whole number from 1", ["evaluate", "--task", "language", "--data", "/etc/hostname", "--texts", "0"] },
        { "/no/such is not there; expected a file of text, or a folder of some", ["evaluate", "--task", "language", "--data", "a=/no/such"] },
        { "--topology is of the scenario link-load", ["demo", "--scenario", "text", "--topology", "/etc/hostname"] },
        { "--texts is given with --scenario link-load; expected it with --scenario text only", ["demo", "--texts", "5"] },
        { "expected --task forecast with it", ["chaos", "--task", "classify", "--nodes", "3"] },
        { "x is not there", ["evaluate", "--task", "bandit", "--data", "x"] },
        { "--web keeps the dashboard open", ["demo", "--web", "--set", "node.http.enabled=off"] },
        { "--data and --topology go together", ["demo", "--data", "/etc/hostname"] },
        { "of the scenario link-load", ["demo", "--scenario", "bandit", "--data", "/etc/hostname"] },
        { "expected NAME:N", ["broker", "--topic", "a:0"] },
        { "expected NAME:N", ["broker", "--topic", "a b:1"] },
        { "more than once", ["broker", "--topic", "a:1", "--topic", "a:2"] },
        { "--config is missing", ["inspect"] },
        { "--key is given without --pipeline", ["inspect", "--key", "a"] },
        { "--export is given without --key", ["inspect", "--pipeline", "p", "--export", "f"] },
        { "--config is missing", ["rollback", "--pipeline", "p"] },
        { "--config is missing", ["replay", "--pipeline", "p", "--from", "earliest"] },
        { "/no/such.db is not there", ["inspect", "--config", "/dev/null", "--set", "checkpoint.store.path=/no/such.db"] },
        { "/no/such.db is not there", ["rollback", "--config", "/dev/null", "--set", "checkpoint.store.path=/no/such.db",
            "--pipeline", "p"] },
        { "--node is no address", ["status", "--node", "ftp://here"] },
        { "--node is no address", ["status", "--node", "http://me:secret@here"] },
        { "--node is missing", ["status", "--set", "node.http.port=0"] },
        { "--node is no address", ["control", "pause", "--pipeline", "p", "--node", "ftp://here"] },
        { "--node is missing", ["control", "pause", "--pipeline", "p", "--set", "node.http.port=0"] },
        { "--pipeline", ["control", "pause"] },
        { "--pipeline is empty", ["control", "pause", "--pipeline", ""] },
        { "VERB", ["control", "--pipeline", "p"] },
        { "halt", ["control", "halt", "--pipeline", "p"] },
        { "--key is for freeze and unfreeze", ["control", "pause", "--pipeline", "p", "--key", "k"] },
        { "--key has 0 bytes", ["control", "freeze", "--pipeline", "p", "--key", ""] },
        { "no known setting", ["doctor", "--set", "no.such=1", "--config", "/dev/null"] },
        { "no.such", ["produce", "--topic", "t", "--data", "/etc/hostname", "--set", "kafka.client { \"no.such\" = 1 }"] },
    };

    [Theory]
    [MemberData(nameof(WrongCommandLines))]
    public async Task Given_a_wrong_command_line_when_it_is_run_then_one_line_says_so_with_exit_code_2(string expected, string[] arguments) =>
        AssertRefused(await StreamLearnProcess.RunAsync(arguments), 2, expected);

    [Fact]
    public async Task Given_a_pipeline_that_copies_nothing_when_only_copiers_are_to_run_then_it_is_refused()
    {
        var config = _folder.Write("direct.conf", "streamlearn.pipelines.p.source { key = k, co-partitioned = on }");

        AssertRefused(await StreamLearnProcess.RunAsync("run", "--config", config, "--only", "copiers"), 2, "pipeline p has none");
    }

    [Theory]
    [InlineData("streamlearn {\n  kafka {\n}", "line 1 has a '{' that is never closed")]
    [InlineData("streamlearn { kafkaa { } }", "streamlearn.kafkaa is no known setting")]
    [InlineData("streamlearn { pipelines { p { learner { kind = wizard } } } }", "streamlearn.pipelines.p.learner.kind is 'wizard'")]
    [InlineData("streamlearn { pipelines { p { buckets = many } } }", "streamlearn.pipelines.p.buckets is 'many'")]
    [InlineData("streamlearn { pipelines { } }", "no pipelines")]
    [InlineData("streamlearn {\n pipelines { p { } }\n kafka { client { \"no.such\" = 1 } }\n}", "no.such")]
    [InlineData("streamlearn {\n pipelines { p { } }\n kafka { producer { \"no.such\" = 1 } }\n}", "no.such")]
    [InlineData("streamlearn {\n pipelines { p { } }\n kafka { consumer { \"no.such\" = 1 } }\n}", "no.such")]
    public async Task Given_a_wrong_configuration_when_it_is_run_then_one_line_says_so_with_exit_code_2(string hocon, string expected)
    {
        // A broker is not needed to refuse it, or it is asked for a moment only.
        using var kafka = Streams.Kafka.Embedded.EmbeddedKafka.Start();
        var config = _folder.Write("bad.conf", hocon);

        var result = await StreamLearnProcess.RunAsync("run", "--config", config, "--set", $"kafka.bootstrap-servers=\"{kafka.BootstrapServers}\"", "--records", "0", "--set", "node.http.enabled=off");

        AssertRefused(result, 2, expected);
    }

    [Fact]
    public async Task Given_an_unknown_learner_when_a_file_is_evaluated_then_one_line_names_those_that_are_known() =>
        AssertRefused(
            await StreamLearnProcess.RunAsync("evaluate", "--data", _folder.Write("a.json", SampleRecords.Json(1)), "--learner", "wizard"), 2, "'wizard'; expected one of last-value");

    [Theory]
    [InlineData("run")]
    [InlineData("produce")]
    public async Task Given_a_broker_that_cannot_be_reached_when_it_is_run_then_one_line_names_the_address_with_exit_code_1(string command)
    {
        var config = _folder.Write("away.conf", SampleRecords.Config("127.0.0.1:1", _folder.PathOf("checkpoints.db")));
        string[] more = command == "produce" ? ["--topic", "t", "--data", config] : [];

        AssertRefused(await StreamLearnProcess.RunAsync([command, "--config", config, "--set", "kafka.startup-timeout=1s", .. more]), 1, "127.0.0.1:1");
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertRefused(ProgramResult result, int exitCode, string expected)
    {
        Assert.True(result.ExitCode == exitCode, $"Expected exit code {exitCode}: {result}");
        var line = Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("streamlearn: ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }
}

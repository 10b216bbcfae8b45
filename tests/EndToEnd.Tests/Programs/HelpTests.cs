namespace StreamLearn.EndToEnd.Tests.Programs;

public sealed class HelpTests
{
    [Theory]
    [InlineData("demo", "--duration", "default: 60s")]
    [InlineData("demo", "--web", "until Ctrl-C")]
    [InlineData("run", "--records", "until Ctrl-C")]
    [InlineData("evaluate", "--step", "0s: each record is a step")]
    [InlineData("evaluate", "--label", "else label or another usual name")]
    [InlineData("evaluate", "--document-lines", "lines of a document (default: 10)")]
    [InlineData("demo", "--texts", "documents at most (default: all)")]
    [InlineData("demo", "--scenario", "text: learn a mixture of texts")]
    [InlineData("produce", "--rate", "records per second")]
    [InlineData("broker", "--latency", "default: 0s")]
    [InlineData("broker", "--control", "down ID")]
    [InlineData("inspect", "--export", "safetensors")]
    [InlineData("rollback", "--pipeline", "Stop the pipeline first")]
    [InlineData("replay", "--from", "ISO 8601 time with its zone")]
    [InlineData("status", "--node", "default: streamlearn.node.http")]
    [InlineData("control", "--node", "default: streamlearn.node.http")]
    [InlineData("control", "--key", "default: all keys")]
    [InlineData("doctor", "--config", "default: none")]
    public async Task Given_a_command_when_help_is_asked_for_then_it_shows_options_with_units_and_defaults(string command, string option, string text)
    {
        var result = await StreamLearnProcess.RunAsync(command, "--help");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(option, result.Out, StringComparison.Ordinal);
        Assert.Contains(text, result.Out.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.All((string[])["--config", "--set", "--seed", "--json"], common => Assert.Contains(common, result.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_no_command_when_help_is_asked_for_then_it_lists_the_commands()
    {
        var result = await StreamLearnProcess.RunAsync("--help");

        Assert.Equal(0, result.ExitCode);
        Assert.All(
            (string[])["demo", "run", "evaluate", "produce", "broker", "inspect", "rollback", "replay", "status", "control", "doctor"], command =>
                Assert.Contains(command, result.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_this_machine_when_the_doctor_looks_at_it_then_everything_works()
    {
        var json = await StreamLearnProcess.RunJsonAsync("doctor");

        Assert.True(json.GetProperty("works").GetBoolean(), json.GetRawText());
        Assert.Equal(
            ["runtime", "torch", "embedded-kafka"], json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()!));
    }
}

using StreamLearn.Cli.Commands;

namespace StreamLearn.Cli.Tests.Commands;

public sealed class ChaosCommandTests
{
    [Theory]
    [InlineData("--config", "drill.conf")]
    [InlineData("--set", "node.shards=8")]
    [InlineData("--seed", "2147483648")]
    [InlineData("--kills", "0")]
    [InlineData("--mutant", "KeepRepeats")]
    public async Task Given_options_that_it_could_only_ignore_when_a_drill_is_ordered_then_it_is_refused(string option, string value) =>
        Assert.Equal(ExitCode.Usage, await ChaosCommand.Create().Parse([option, value]).InvokeAsync());

    [Theory]
    [InlineData("--leaves", "1")]
    [InlineData("--roles-apart")]
    [InlineData("--nodes", "2")]
    [InlineData("--nodes", "10")]
    [InlineData("--nodes", "3", "--cuts", "-1")]
    [InlineData("--nodes", "3", "--task", "bandit")]
    [InlineData("--nodes", "3", "--kills", "0", "--leaves", "0", "--suspends", "0", "--cuts", "0")]
    public async Task Given_options_of_a_cluster_that_make_no_sense_when_a_drill_is_ordered_then_it_is_refused(params string[] arguments) =>
        Assert.Equal(ExitCode.Usage, await ChaosCommand.Create().Parse(arguments).InvokeAsync());

    /// <summary>The log of a bandit drill must be there to its beginning when it ends.</summary>
    [Fact]
    public async Task Given_more_contexts_than_the_broker_keeps_when_a_bandit_drill_is_ordered_then_it_is_refused() =>
        Assert.Equal(ExitCode.Usage, await ChaosCommand.Create().Parse(["--task", "bandit", "--records", "60001"]).InvokeAsync());
}

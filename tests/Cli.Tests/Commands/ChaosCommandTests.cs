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

    /// <summary>The log of a bandit drill must be there to its beginning when it ends.</summary>
    [Fact]
    public async Task Given_more_contexts_than_the_broker_keeps_when_a_bandit_drill_is_ordered_then_it_is_refused() =>
        Assert.Equal(ExitCode.Usage, await ChaosCommand.Create().Parse(["--task", "bandit", "--records", "60001"]).InvokeAsync());
}

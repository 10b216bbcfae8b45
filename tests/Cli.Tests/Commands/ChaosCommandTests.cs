using StreamLearn.Cli.Commands;

namespace StreamLearn.Cli.Tests.Commands;

public sealed class ChaosCommandTests
{
    [Theory]
    [InlineData("--config", "drill.conf")]
    [InlineData("--set", "node.shards=8")]
    [InlineData("--seed", "2147483648")]
    [InlineData("--kills", "0")]
    public async Task Given_options_that_it_could_only_ignore_when_a_drill_is_ordered_then_it_is_refused(string option, string value) =>
        Assert.Equal(ExitCode.Usage, await ChaosCommand.Create().Parse([option, value]).InvokeAsync());
}

using System.CommandLine;
using StreamLearn.Cli.Chaos;

namespace StreamLearn.Cli.Commands;

/// <summary>The producers of a bandit drill as hidden commands below <c>chaos</c>: they are processes of their own, so that they can be killed.</summary>
internal static class DrillProducerCommands
{
    /// <summary><c>chaos contexts</c>.</summary>
    internal static Command Contexts()
    {
        var from = new Option<int>("--from") { Description = "number of the first context", HelpName = "N" };
        var records = new Option<int>("--records") { Description = "contexts that there are", HelpName = "N", Required = true };
        var rate = new Option<double>("--rate") { Description = "contexts a second; 0: as fast as it goes", HelpName = "N" };
        var command = new Command("contexts", "For 'chaos' only: writes the contexts of a drill.") { from, records, rate };
        command.Hidden = true;
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            var config = common.Load(parsed);
            await new ContextProducer(config.Kafka, (int)config.Seed, TimeProvider.System).RunAsync(
                parsed.GetValue(from), parsed.GetValue(records), parsed.GetValue(rate), Console.Out, interruption.Token);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary><c>chaos rewards</c>.</summary>
    internal static Command Rewards()
    {
        var command = new Command("rewards", "For 'chaos' only: writes the rewards of a drill's decisions.") { Hidden = true };
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            var config = common.Load(parsed);
            await Task.Run(() => new RewardProducer(config.Kafka, (int)config.Seed, TimeProvider.System).RunAsync(interruption.Token), CancellationToken.None);
            return ExitCode.Done;
        });
        return command;
    }
}

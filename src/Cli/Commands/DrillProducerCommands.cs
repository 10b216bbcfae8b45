using System.CommandLine;
using StreamLearn.Cli.Chaos;

namespace StreamLearn.Cli.Commands;

/// <summary>The producers of a drill of a pipeline that joins as hidden commands below <c>chaos</c>: they are processes of their own, so that they can be killed.</summary>
internal static class DrillProducerCommands
{
    /// <summary><c>chaos examples</c>.</summary>
    internal static Command Examples()
    {
        var task = TaskOption();
        var from = new Option<int>("--from") { Description = "number of the first example", HelpName = "N" };
        var records = new Option<int>("--records") { Description = "examples that there are", HelpName = "N", Required = true };
        var rate = new Option<double>("--rate") { Description = "examples a second; 0: as fast as it goes", HelpName = "N" };
        var command = new Command("examples", "For 'chaos' only: writes the examples of a drill.") { task, from, records, rate };
        command.Hidden = true;
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            var config = common.Load(parsed);
            await new ExampleProducer(config.Kafka, JoinRecords.Of(parsed.GetValue(task)!, (int)config.Seed), TimeProvider.System).RunAsync(
                parsed.GetValue(from), parsed.GetValue(records), parsed.GetValue(rate), Console.Out, interruption.Token);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary><c>chaos outcomes</c>.</summary>
    internal static Command Outcomes()
    {
        var task = TaskOption();
        var command = new Command("outcomes", "For 'chaos' only: writes what comes of a drill's outputs.") { task };
        command.Hidden = true;
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            var config = common.Load(parsed);
            await Task.Run(() => new OutcomeProducer(config.Kafka, JoinRecords.Of(parsed.GetValue(task)!, (int)config.Seed), TimeProvider.System).RunAsync(interruption.Token), CancellationToken.None);
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<string> TaskOption() => new("--task") { Description = "task of the pipeline", HelpName = "NAME", Required = true };
}

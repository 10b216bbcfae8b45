using System.CommandLine;
using StreamLearn.Cli.Commands;

namespace StreamLearn.Cli;

/// <summary>The program <c>streamlearn</c>.</summary>
public static class Program
{
    /// <summary>Runs one command.</summary>
    /// <returns>0 done, 1 failed, 2 wrong usage or configuration, 130 interrupted.</returns>
    public static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("StreamLearn: models that keep learning from a live Kafka topic.")
        {
            DemoCommand.Create(),
            RunCommand.Create(),
            EvaluateCommand.Create(),
            ProduceCommand.Create(),
            BrokerCommand.Create(),
            ExperimentCommand.Create(),
            InspectCommand.Create(),
            RollbackCommand.Create(),
            ReplayCommand.Create(),
            StatusCommand.Create(),
            ControlCommand.Create(),
            DoctorCommand.Create(),
            ChaosCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // The last one names what is wrong; those before it follow from it.
            await Console.Error.WriteLineAsync($"streamlearn: {parsed.Errors[^1].Message.ReplaceLineEndings(" ")} See --help.");
            return ExitCode.Usage;
        }

        // Signals are the commands' own affair: they end in order and say what they have.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }
}

using System.CommandLine;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cli.Chaos;
using StreamLearn.Cli.Web;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Membership;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Learners.Options;
using StreamLearn.Simulation;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Commands;

/// <summary>Runs the action of a command and turns what goes wrong into one line on standard error and an exit code.</summary>
internal static class Invocation
{
    internal static void Handle(this Command command, Func<ParseResult, Interruption, Task<int>> action) =>
        command.SetAction(async (parsed, _) =>
        {
            using var interruption = new Interruption();
            try
            {
                return await action(parsed, interruption);
            }
            catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
            catch (Exception exception)
            {
                var cause = exception is AggregateException aggregate ? aggregate.GetBaseException() : exception;
                var (code, message) = Explain(cause);
                await Console.Error.WriteLineAsync($"streamlearn: {message.ReplaceLineEndings(" ")}");
                return code;
            }
        });

    private static (int Code, string Message) Explain(Exception exception) => exception switch
    {
        ConfigurationException or OptionException or UsageException or SimulationDataException or KafkaSettingsException
            or StateMismatchException => (ExitCode.Usage, exception.Message),
        FileNotFoundException { FileName: { } file } => (ExitCode.Usage, $"{file} is not there; expected a file."),
        DirectoryNotFoundException or UnauthorizedAccessException or InvalidDataException => (ExitCode.Usage, exception.Message),
        KafkaUnreachableException or KafkaDeliveryException or LostRecordsException or EmbeddedKafkaException or TopicMissingException
            or CheckpointStoreException or LearnersFailedException or DrillException or ClusterJoinException
            or NodeRemovedException or NodeSilentException or NodeRefusedException => (ExitCode.Failed, exception.Message),
        _ => (ExitCode.Failed, $"{exception.GetType().Name}: {exception.Message}"),
    };
}

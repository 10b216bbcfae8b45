using System.CommandLine;
using System.Text.Json.Nodes;
using StreamLearn.Cli.Output;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Commands;

/// <summary><c>broker</c>: the embedded broker alone.</summary>
internal static class BrokerCommand
{
    internal static Command Create()
    {
        var topics = new Option<string[]>("--topic")
        {
            Description = "a topic and its number of partitions, e.g. link-load:4; may be repeated (others are made when first used, with 4)",
            HelpName = "NAME:N",
            DefaultValueFactory = _ => [],
        };
        var brokers = new Option<int?>("--brokers") { Description = "brokers in the cluster (default: 1)", HelpName = "N" };
        var latency = CommonOptions.Duration("--latency", "delay of every answer of every broker (default: 0s)");
        var control = new Option<bool>("--control")
        {
            Description = $"take orders from standard input, one a line, each answered by a line 'ok' or 'error: ...': {BrokerControl.Orders}",
        };
        var command = new Command(
            "broker", "The embedded Kafka alone, for other processes on this machine: in memory, about 5 MiB of each partition. Runs until Ctrl-C.")
        {
            topics, brokers, latency, control,
        };
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            _ = common.Load(parsed);
            var wanted = (parsed.GetValue(topics) ?? []).Select(Parse).ToArray();
            if (wanted.GroupBy(topic => topic.Name).FirstOrDefault(topic => topic.Count() > 1) is { } twice)
            {
                throw new UsageException($"--topic names '{twice.Key}' more than once; expected each topic once.");
            }

            var count = parsed.GetValue(brokers) ?? 1;
            if (count is < 1 or > 100)
            {
                throw new UsageException($"--brokers is {count}; expected a number from 1 to 100.");
            }

            using var kafka = EmbeddedKafka.Start(count);
            foreach (var (topic, partitions) in wanted)
            {
                try
                {
                    kafka.CreateTopic(topic, partitions);
                }
                catch (ArgumentException exception)
                {
                    throw new UsageException($"--topic: {exception.Message}");
                }
            }

            for (var broker = 1; broker <= count && parsed.GetValue(latency) is not null; broker++)
            {
                kafka.SetRoundTripTime(broker, parsed.GetValue(latency)!.Value);
            }

            People.Say($"embedded Kafka with {(wanted.Length == 0 ? "no topics yet" : string.Join(", ", wanted.Select(topic => $"{topic.Name} ({topic.Partitions} partitions)")))}; Ctrl-C stops. Bootstrap address:");
            await Console.Out.WriteLineAsync(common.Json(parsed)
                ? PipelineSummary.Line(new JsonObject { ["bootstrap_servers"] = kafka.BootstrapServers })
                : kafka.BootstrapServers);
            await Console.Out.FlushAsync();
            if (parsed.GetValue(control))
            {
                // The console's reader blocks, and nobody waits for it: the end of the input is not the broker's.
                _ = Task.Run(() => BrokerControl.RunAsync(kafka, Console.In, Console.Out));
            }

            await interruption.Requested;
            return interruption.ByUser ? ExitCode.Interrupted : ExitCode.Done;
        });
        return command;
    }

    private static (string Name, int Partitions) Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var name = colon < 0 ? text : text[..colon];
        var partitions = 4;
        return name.Length is > 0 and <= 249 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') && (colon < 0 || (int.TryParse(text[(colon + 1)..], out partitions) && partitions is >= 1 and <= 1000))
            ? (name, partitions)
            : throw new UsageException($"--topic is '{text}'; expected NAME:N, a name of letters, digits, '.', '_' and '-', and N partitions from 1 to 1000.");
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Sources;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Commands;

/// <summary><c>produce</c>: puts the records of a file on a topic.</summary>
internal static class ProduceCommand
{
    internal static Command Create()
    {
        var topic = new Option<string>("--topic") { Description = "topic to write to", HelpName = "T", Required = true };
        var bootstrap = new Option<string?>("--bootstrap-servers")
        {
            Description = "addresses of brokers (default: kafka.bootstrap-servers of the configuration)", HelpName = "HOST:PORT",
        };
        var key = new Option<string?>("--key")
        {
            Description = "field that becomes the message key; \"\": none (default: the key of the configured pipeline on that topic, else the usual names)",
            HelpName = "FIELD",
        };
        var rate = new Option<double?>("--rate") { Description = "records per second (default: as fast as it goes)", HelpName = "N" };
        var outputs = new Option<string[]>("--await")
        {
            Description = $"a topic that a pipeline answers on, a record for each: stay at most {PacedProducer.MostUnread} records ahead of it, "
                + "as an embedded broker needs; where answers stand still for 30 s, what is ahead counts as answered; may be repeated",
            HelpName = "TOPIC",
            DefaultValueFactory = _ => [],
        };
        var command = new Command("produce", "Puts the records of a file on a topic: JSON as it is, CSV as a JSON object for each line.")
        {
            topic, bootstrap, key, rate, outputs,
        };
        var data = DataOptions.AddTo(command);
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            var files = data.Files(parsed);
            if (files.Count == 0)
            {
                throw new UsageException("--data is missing; expected a file.");
            }

            if (parsed.GetValue(rate) is <= 0 or double.NaN)
            {
                throw new UsageException($"--rate is {parsed.GetValue(rate)}; expected a number of records per second above 0.");
            }

            var settings = parsed.GetValue(bootstrap) is { } servers ? new[] { $"kafka.bootstrap-servers=\"{servers}\"" } : [];
            var config = common.Load(parsed, "", settings);
            var name = parsed.GetValue(topic)!;
            var keyField = parsed.GetValue(key) ?? config.Pipelines.FirstOrDefault(pipeline => pipeline.Topic == name)?.Schema.Key;
            var records = data.HasTopology(parsed)
                ? LinkLoadRecords.Of(data.Loads(parsed))
                : files.SelectMany(file => FileRecords.Read(file, keyField));

            var time = TimeProvider.System;
            await KafkaProbe.WaitForBrokerAsync(config.Kafka, time, interruption.Token);
            using var batches = new KafkaBatchProducer(config.Kafka, warning => People.Say(warning));
            using var answers = parsed.GetValue(outputs) is { Length: > 0 } topics ? new TopicGrowth(config.Kafka, topics) : null;
            var producer = new PacedProducer(batches, name, time);
            var started = time.GetTimestamp();
            await producer.WriteAsync(
                records, parsed.GetValue(rate) ?? double.PositiveInfinity, answers is null ? null : answers.Count, interruption.Token);
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            People.Say($"{producer.Written} records on {name} in {seconds:0.0} s");
            if (producer.Unanswered > 0)
            {
                People.Say($"{producer.Unanswered} records had no answer when answers stood still for {PacedProducer.Patience.TotalSeconds:0} s, and were not waited for");
            }

            if (answers is null && producer.Written > PacedProducer.MostUnread)
            {
                People.Say(
                    "an embedded broker keeps about 42,000 records of 100 bytes of each partition and forgets the oldest: "
                    + "with --await TOPIC this would have waited for the pipeline that answers there");
            }

            if (common.Json(parsed))
            {
                await Console.Out.WriteLineAsync(PipelineSummary.Line(
                    new JsonObject { ["topic"] = name, ["records"] = producer.Written, ["seconds"] = Math.Round(seconds, 3) }));
            }

            return ExitCode.Done;
        });
        return command;
    }
}

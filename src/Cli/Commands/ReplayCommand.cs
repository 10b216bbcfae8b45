using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StreamLearn.Cli.Output;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Commands;

/// <summary><c>replay</c>: a pipeline's models made anew from its log.</summary>
internal static partial class ReplayCommand
{
    internal static Command Create()
    {
        var pipeline = ConfiguredStore.NameOption("pipeline whose models are made anew");
        var from = new Option<string?>("--from")
        {
            Description = "where to begin: earliest; an offset, the same for every partition; or an ISO 8601 time with its zone, "
                + "e.g. 2026-01-31T12:00:00Z",
            HelpName = "earliest|OFFSET|TIME",
        };
        var command = new Command(
            "replay",
            "Makes a pipeline's models anew from its log, as it is now, and puts them in the place of what is stored. Writes nothing "
            + "to Kafka; run goes on where "
            + "it ends. Stop the pipeline first: a node that still runs it is fenced by the store, and its pipeline fails.")
        {
            pipeline, from,
        };
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            var config = ConfiguredStore.Load(common, parsed);
            var definition = ConfiguredStore.Pipeline(config, parsed.GetValue(pipeline));
            var position = Parse(parsed.GetValue(from));
            var time = TimeProvider.System;
            var started = time.GetTimestamp();
            var replayed = await PipelineReplay.RunAsync(config, definition, position, time, interruption.Token);
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            var partitions = new JsonArray();
            foreach (var range in replayed.Partitions)
            {
                People.Say(string.Create(
                    CultureInfo.InvariantCulture, $"{definition.LogTopic}, partition {range.Partition}: offsets {range.First} to "
                        + $"{range.Next}"));
                partitions.Add(new JsonObject { ["partition"] = range.Partition, ["first"] = range.First, ["next"] = range.Next });
            }

            var hash = replayed.Summary.StateHash();
            People.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{definition.Name}: {replayed.Records} records of {replayed.Summary.Reports.Count} keys, {replayed.DeadLetters} dead "
                + $"letters, {seconds:0.0} s, "
                + $"state {hash[..12]}"));
            if (common.Json(parsed))
            {
                await Console.Out.WriteLineAsync(PipelineSummary.Line(new JsonObject
                {
                    ["pipeline"] = definition.Name,
                    ["records"] = replayed.Records,
                    ["dead_letters"] = replayed.DeadLetters,
                    ["keys"] = replayed.Summary.Reports.Count,
                    ["partitions"] = partitions,
                    ["state_hash"] = hash,
                    ["seconds"] = Math.Round(seconds, 3),
                }));
            }

            return ExitCode.Done;
        });
        return command;
    }

    internal static LogPosition Parse(string? from)
    {
        if (from == "earliest")
        {
            return LogPosition.Earliest;
        }

        if (long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return new LogPosition(offset, null);
        }

        // A time without its zone would be another on another machine.
        return from is not null && WithZone().IsMatch(from)
            && DateTimeOffset.TryParse(from, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? new LogPosition(null, time)
            : throw new UsageException(
                $"--from is {(from is null ? "missing" : $"'{from}'")}; expected earliest, an offset from 0, or a time with its zone, e.g. "
                + "2026-01-31T12:00:00Z.");
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex WithZone();
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using StreamLearn.Cli.Output;

namespace StreamLearn.Cli.Commands;

/// <summary><c>rollback</c>: a pipeline's stored state as it was one checkpoint ago.</summary>
internal static class RollbackCommand
{
    internal static Command Create()
    {
        var pipeline = ConfiguredStore.NameOption("pipeline whose stored state goes back");
        var command = new Command(
            "rollback",
            "Takes a pipeline's stored state back to the checkpoint before its newest; run reads the records since then again. A "
            + "partition without an earlier checkpoint stays where it is. Stop the pipeline first: a node that still "
            + "runs it is fenced by the store, and its pipeline fails.")
        {
            pipeline,
        };
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            var config = ConfiguredStore.Load(common, parsed);
            var name = parsed.GetValue(pipeline) ?? throw new UsageException("--pipeline is missing; expected the name of a stored "
                + "pipeline.");
            await using var store = await ConfiguredStore.OpenAsync(config, interruption.Token);
            var before = (await ConfiguredStore.DescribeAsync(config, store, name, interruption.Token)).Cursors
                .ToDictionary(cursor => cursor.Partition, cursor => cursor.Next);
            var cursors = await store.RollbackAsync(name, interruption.Token);
            var partitions = new JsonArray();
            foreach (var cursor in cursors.OrderBy(cursor => cursor.Partition))
            {
                var stays = before.TryGetValue(cursor.Partition, out var next) && next == cursor.Next;
                People.Say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: partition {cursor.Partition} {(stays ? "stays" : "goes on")} at offset {cursor.Next}, "
                        + $"stored {cursor.Saved:u}"));
                partitions.Add(new JsonObject
                {
                    ["partition"] = cursor.Partition, ["next"] = cursor.Next, ["saved"] = ConfiguredStore.Seconds(cursor.Saved),
                });
            }

            if (common.Json(parsed))
            {
                await Console.Out.WriteLineAsync(PipelineSummary.Line(new JsonObject { ["pipeline"] = name, ["partitions"] = partitions }));
            }

            return ExitCode.Done;
        });
        return command;
    }
}

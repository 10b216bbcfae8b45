using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Akka.Actor;
using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Web;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Membership;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Cluster.Watching;

namespace StreamLearn.Cli.Commands;

/// <summary><c>run</c>: a node with the pipelines of its configuration.</summary>
internal static class RunCommand
{
    // Of a node that is told to stop: learners on nodes that stop with it do not answer, and the others wait for it to leave.
    private static readonly TimeSpan ReportLimit = TimeSpan.FromSeconds(5);

    internal static Command Create()
    {
        var records = new Option<long?>("--records")
        {
            Description = "stop once this many records are answered, all pipelines together (default: run until Ctrl-C)", HelpName = "N",
        };
        var mutant = new Option<ProtocolMutant?>("--mutant")
        {
            Description = "break the protocol on purpose: for 'chaos --mutant' only, which is to find it", HelpName = "NAME", Hidden = true,
        };
        var only = new Option<string?>("--only")
        {
            Description = "run a part of the pipelines, copiers or learners: for 'chaos' only, which kills them apart", HelpName = "PART", Hidden = true,
        };
        only.AcceptOnlyFromAmong("copiers", "learners");
        var roles = new Option<string[]>("--role")
        {
            Description = "what this node does: ingest, learner, learner-gpu; may be repeated (default: streamlearn.node.roles)", HelpName = "ROLE",
        };
        roles.AcceptOnlyFromAmong([.. NodeRole.All]);
        var seeds = new Option<string[]>("--seed-node")
        {
            Description = "a node to join by; may be repeated, in the same order on all nodes (default: streamlearn.node.seeds)", HelpName = "HOST:PORT",
        };
        var host = new Option<string?>("--host") { Description = "address of the cluster port (default: streamlearn.node.host)", HelpName = "ADDRESS" };
        var port = new Option<int?>("--port") { Description = "the cluster port (default: streamlearn.node.port)", HelpName = "N" };
        var byKey = CommonOptions.ByKey();
        var command = new Command("run", "A node with the pipelines of its configuration: runs until Ctrl-C.") { records, roles, seeds, host, port, byKey, mutant, only };
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            if (!common.HasConfig(parsed))
            {
                throw new UsageException("--config is missing; expected a HOCON file with pipelines, e.g. config/hocon/link-load.conf.");
            }

            var config = common.Load(parsed, settings: NodeSettingsOf(parsed.GetValue(roles), parsed.GetValue(seeds), parsed.GetValue(host), parsed.GetValue(port)));
            if (config.Pipelines.Count == 0)
            {
                throw new UsageException("The configuration has no pipelines; expected streamlearn.pipelines { NAME { ... } } in one of its files; --config may be repeated.");
            }

            if (parsed.GetValue(mutant) is { } fault)
            {
                // For 'chaos --mutant' only, which is to find it.
                config = config with { Pipelines = [.. config.Pipelines.Select(pipeline => pipeline with { Mutant = fault })] };
            }

            var parts = parsed.GetValue(only) switch
            {
                "copiers" => NodeParts.Copiers,
                "learners" => NodeParts.Learners,
                _ => NodeParts.All,
            };
            if (parts == NodeParts.Copiers && config.Pipelines.FirstOrDefault(pipeline => !pipeline.CopiesRecords) is { } direct)
            {
                throw new UsageException($"--only is copiers, and pipeline {direct.Name} has none; expected pipelines whose records are copied first.");
            }

            var time = TimeProvider.System;
            var started = time.GetTimestamp();
            var health = new NodeHealth(config, time);
            var watch = new NodeWatch(time);
            await using var web = config.Node.Http.Enabled ? await NodeWebServer.StartAsync(config, health, watch, interruption.Token) : null;
            if (web is not null)
            {
                People.Say($"dashboard, health and status at {web.Address}");
            }

            await using var node = await StartAsync(config, time, parts, health, interruption);
            if (node is null)
            {
                return ExitCode.Done;
            }

            watch.Begin(node);
            foreach (var pipeline in node.Pipelines)
            {
                foreach (var device in pipeline.Devices)
                {
                    People.Say($"{pipeline.Definition.Name}: {device}");
                }
            }

            People.Say($"running {string.Join(", ", node.Pipelines.Select(pipeline => pipeline.Definition.Name))} on {config.Kafka.BootstrapServers}; Ctrl-C stops");
            var done = Task.WhenAny([
                interruption.Requested,
                node.Left,
                WhenAnswered(node, parsed.GetValue(records), time, interruption.Token),
                .. node.Pipelines.Select(pipeline => pipeline.Completion)]);
            if (node.Pipelines.Count == 1)
            {
                await new LiveView(node.Pipelines[0], time, () => config.Kafka.BootstrapServers).ShowAsync(done);
            }

            var first = await done;
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            if (node.HasLeft)
            {
                throw new NodeRemovedException();
            }

            await node.DrainAsync();
            using var limit = new CancellationTokenSource(
                interruption.Token.IsCancellationRequested && !interruption.ByUser ? ReportLimit : Timeout.InfiniteTimeSpan, TimeProvider.System);
            var complete = await ReportAsync(node, config.Seed, seconds, common.Json(parsed), parsed.GetValue(byKey), limit.Token);
            if (first.IsFaulted)
            {
                await first;
            }

            return interruption.ByUser ? ExitCode.Interrupted
                : complete || interruption.Token.IsCancellationRequested ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    /// <summary>Starts the node; null: it was told to stop before it had come so far, in order.</summary>
    private static async Task<StreamLearnNode?> StartAsync(
        StreamLearnConfig config, TimeProvider time, NodeParts parts, NodeHealth health, Interruption interruption)
    {
        try
        {
            return await StreamLearnNode.StartAsync(config, time, parts, health, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested && !interruption.ByUser)
        {
            return null;
        }
    }

    /// <summary>What the options say of the node, as settings.</summary>
    private static IEnumerable<string> NodeSettingsOf(string[]? roles, string[]? seeds, string? host, int? port)
    {
        if (roles is { Length: > 0 })
        {
            yield return $"node.roles=[{string.Join(", ", roles)}]";
        }

        if (seeds is { Length: > 0 })
        {
            yield return $"node.seeds=[{string.Join(", ", seeds.Select(seed => $"\"{seed}\""))}]";
        }

        if (host is not null)
        {
            yield return $"node.host={host}";
        }

        if (port is not null)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"node.port={port}");
        }
    }

    private static async Task WhenAnswered(StreamLearnNode node, long? records, TimeProvider time, CancellationToken cancellation)
    {
        while (records is null || node.Pipelines.Sum(pipeline => pipeline.Progress.Records) < records)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
        }
    }

    /// <summary>How the learners stand at the end. Those that live elsewhere may have gone before: a node that is told to stop need not wait for them.</summary>
    /// <returns>Whether all have answered.</returns>
    private static async Task<bool> ReportAsync(StreamLearnNode node, ulong seed, double seconds, bool json, bool byKey, CancellationToken limit)
    {
        var summaries = new List<JsonNode>();
        var complete = true;
        foreach (var (pipeline, answer) in node.Pipelines.Select(pipeline => (pipeline, pipeline.SummarizeAsync(cancellation: limit))).ToArray())
        {
            var counts = RecordCounts.Of(pipeline.Progress);
            try
            {
                var summary = new PipelineSummary(pipeline.Definition, seed, counts, seconds, await answer);
                People.Show(summary);
                summaries.Add(summary.ToJson(byKey));
            }
            catch (Exception exception) when (exception is AskTimeoutException || (exception is OperationCanceledException && limit.IsCancellationRequested))
            {
                // Learners that are on other nodes, which leave too or have just been killed.
                complete = false;
                People.Say($"{pipeline.Definition.Name}: {counts.Records} records; not all learners have answered how they stand, as when other nodes stop too");
                var counted = PipelineSummary.Counted(pipeline.Definition, counts, seconds);
                counted["state_hash"] = null;
                counted["seed"] = seed;
                summaries.Add(counted);
            }
        }

        if (json)
        {
            var line = summaries.Count == 1 ? summaries[0] : new JsonObject { ["pipelines"] = new JsonArray([.. summaries]) };
            await Console.Out.WriteLineAsync(PipelineSummary.Line(line));
        }

        return complete;
    }
}

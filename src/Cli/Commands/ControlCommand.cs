using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Web;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Commands;

/// <summary><c>control</c>: pauses, resumes, freezes and unfreezes a pipeline of a cluster, and has checkpoints made, by way of one of its nodes.</summary>
internal static class ControlCommand
{
    internal static Command Create()
    {
        var verb = new Argument<string>("VERB")
        {
            Description = "pause: read nothing more, until resume; freeze: predict and learn nothing, until unfreeze; checkpoint: store what is learned, now",
        };
        verb.AcceptOnlyFromAmong([.. ControlRoutes.Verbs]);
        var pipeline = new Option<string>("--pipeline") { Description = "the pipeline", HelpName = "NAME", Required = true };
        var key = new Option<string?>("--key") { Description = "for freeze and unfreeze: this key alone (default: all keys, those that come later too)", HelpName = "KEY" };
        var node = new Option<string?>("--node")
        {
            Description = "address of a node's HTTP, e.g. http://10.0.0.1:8080 (default: streamlearn.node.http, on this machine)", HelpName = "URL",
        };
        var command = new Command(
            "control",
            "Tells a pipeline of a running cluster, by way of any node that runs it, to pause, resume, freeze, unfreeze, or to make a checkpoint. The token, where one is wanted, is read "
            + "from the environment variable that streamlearn.node.http.token-env names. Exit code 0: it is done, or will be; 1: it is not.")
        {
            verb, pipeline, key, node,
        };
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            var (what, name, only) = (parsed.GetValue(verb)!, parsed.GetValue(pipeline)!, parsed.GetValue(key));
            if (only is not null && !ControlRoutes.TakesKey(what))
            {
                throw new UsageException($"--key is for freeze and unfreeze, not for {what}, which is for the whole pipeline.");
            }

            if (only is not null && Encoding.UTF8.GetByteCount(only) is not (> 0 and <= DeadLetterReason.MaxKeyBytes))
            {
                throw new UsageException($"--key has {Encoding.UTF8.GetByteCount(only)} bytes in UTF-8; expected 1 to {DeadLetterReason.MaxKeyBytes}.");
            }

            if (name.Length == 0)
            {
                throw new UsageException("--pipeline is empty; expected the name of a pipeline.");
            }

            var http = common.Load(parsed).Node.Http;
            using var client = new NodeClient(NodeClient.AddressOf(parsed.GetValue(node), http), http);
            var answer = await client.PostAsync(ControlRoutes.PathOf(name, what), only is null ? null : new JsonObject { ["key"] = only }, interruption.Token);
            Show(what, answer);
            if (common.Json(parsed))
            {
                await Console.Out.WriteLineAsync(PipelineSummary.Line(answer));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(string verb, JsonObject answer)
    {
        var name = Text(answer["pipeline"]);
        if (ControlRoutes.TakesKey(verb))
        {
            var keys = answer["key"] is { } key ? $"key {Text(key)}" : "all keys";
            People.Say($"{name}: {verb} of {keys} is written into its log; learners hear it when they come to it");
            return;
        }

        People.Say($"{name} is {(answer["paused"] is JsonValue paused && paused.TryGetValue<bool>(out var isPaused) && isPaused ? "paused" : "not paused")}");
        foreach (var partition in (answer["partitions"] as JsonArray ?? []).OfType<JsonObject>())
        {
            People.Say($"partition {Text(partition["partition"])}: stored up to offset {Text(partition["next"])}, by {Text(partition["node"])}");
        }

        if (answer["unread"] is JsonArray { Count: > 0 } unread)
        {
            People.Say($"no node reads the partitions {string.Join(", ", unread.Select(Text))}");
        }

        foreach (var waiting in answer["waiting"] as JsonArray ?? [])
        {
            People.Say($"not yet: {Text(waiting)}");
        }
    }

    private static string Text(JsonNode? value) => value is JsonValue one ? PlainText.Printable(one.ToString()) : "";
}

using System.Text.Json.Nodes;
using Spectre.Console;

namespace StreamLearn.Cli.Output;

/// <summary>What a node has said of its cluster, for people. What is not there, or of another kind, is left empty: the node may be of another release.</summary>
internal static class ClusterView
{
    internal static void Show(JsonObject cluster)
    {
        People.Say($"{Cell(cluster["address"])} is {(Cell(cluster["ready"]) == "true" ? "ready" : "not ready")}");
        foreach (var (name, finding) in cluster["checks"] as JsonObject ?? [])
        {
            if (Cell(finding) is var text && text != "ok")
            {
                People.Say($"{PlainText.Printable(name)}: {text}");
            }
        }

        if (cluster["memory"] is JsonObject memory)
        {
            People.Say(MemoryText(memory));
        }

        var leader = Cell(cluster["leader"]);
        var members = Table("member", "roles", "status", "age");
        foreach (var member in Objects(cluster["members"]))
        {
            var address = Cell(member["address"]);
            members.AddRow(Cells(
                address + (address == leader ? " (leader)" : ""), Cell(member["roles"]),
                Cell(member["status"]) + (Cell(member["reachable"]) == "false" ? ", unreachable" : ""), Cell(member["age"])));
        }

        var pipelines = Table("pipeline", "learner", "role", "shards", "partitions here", "records", "predictions", "dead letters", "rewinds", "barriers");
        foreach (var pipeline in Objects(cluster["pipelines"]))
        {
            var shards = Objects(pipeline["shards"]).Select(node => $"{ShortOf(Cell(node["node"]))}: {Cell(node["shards"])}");
            pipelines.AddRow(Cells(
                Cell(pipeline["pipeline"]) + (Cell(pipeline["paused"]) == "true" ? " (paused)" : ""), $"{Cell(pipeline["learner"])} {Cell(pipeline["learner_version"])}", Cell(pipeline["role"]), string.Join('\n', shards),
                Cell(pipeline["partitions"]), Cell(pipeline["records"]), Cell(pipeline["predictions"]), Cell(pipeline["dead_letters"]), Cell(pipeline["rewinds"]),
                Cell(pipeline["barriers"])));
        }

        People.Console.Write(members);
        SayLeftOut(cluster, "members");
        People.Console.Write(pipelines);
        SayLeftOut(cluster, "pipelines");
        foreach (var pipeline in Objects(cluster["pipelines"]).Where(pipeline => Cell(pipeline["shards_problem"]).Length > 0))
        {
            People.Say($"{Cell(pipeline["pipeline"])}: {Cell(pipeline["shards_problem"])}");
        }
    }

    private static string MemoryText(JsonObject memory) =>
        $"learners: {Cell(memory["resident_keys"])} keys in memory with {Cell(memory["used"])} bytes"
        + (Cell(memory["limit"]) is not ("" or "0") and var limit ? $" of {limit}" : "")
        + $", {Cell(memory["passive_keys"])} keys in the checkpoint store, {Cell(memory["woken"])} brought back";

    private static void SayLeftOut(JsonObject cluster, string what)
    {
        if (Cell(cluster[$"{what}_left_out"]) is { Length: > 0 } count && count != "0")
        {
            People.Say($"and {count} more {what}");
        }
    }

    /// <summary>Host and port of an address.</summary>
    private static string ShortOf(string address) => address[(address.LastIndexOf('@') + 1)..];

    private static IEnumerable<JsonObject> Objects(JsonNode? list) => (list as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>Text, a number, a list of them.</summary>
    private static string Cell(JsonNode? value) => value switch
    {
        JsonArray list => string.Join(", ", list.Select(Cell)),
        JsonValue one => PlainText.Printable(one.ToString()),
        _ => "",
    };

    private static Table Table(params string[] columns)
    {
        var table = new Table().RoundedBorder();
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column));
        }

        return table;
    }

    private static string[] Cells(params IEnumerable<string> values) => [.. values.Select(Markup.Escape)];
}

using System.Text.Json;

namespace StreamLearn.Cli.Tests.Grafana;

/// <summary>A dashboard of Grafana, as far as it says what it shows.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Uid">What others call it.</param>
/// <param name="Title">Its title.</param>
/// <param name="Panels">What draws.</param>
/// <param name="Variables">Its variables, with the queries for their values.</param>
/// <param name="Annotations">What is marked in all panels: name and query.</param>
/// <param name="DataSources">The uid of every data source that it names, anywhere.</param>
internal sealed record Dashboard(
    string Path, string Uid, string Title, IReadOnlyList<DashboardPanel> Panels, IReadOnlyList<(string Name, FluxQuery Query)> Variables,
    IReadOnlyList<(string Name, FluxQuery Query)> Annotations, IReadOnlySet<string> DataSources)
{
    internal static Dashboard Parse(string path, string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new Dashboard(
            path, Text(root, "uid"), Text(root, "title"),
            [.. Items(root, "panels").Select(PanelOf)],
            [.. Items(root, "templating", "list").Select(variable => (Text(variable, "name"), new FluxQuery(Text(variable, "query"))))],
            [.. Items(root, "annotations", "list").Select(mark => (Text(mark, "name"), new FluxQuery(Text(mark, "target", "query"))))],
            Sources(root).ToHashSet());
    }

    private static DashboardPanel PanelOf(JsonElement panel) => new(
        panel.GetProperty("id").GetInt32(), Text(panel, "title"), Text(panel, "fieldConfig", "defaults", "unit"), Text(panel, "fieldConfig", "defaults", "displayName"),
        [.. Items(panel, "targets").Select(target => (Text(target, "refId"), new FluxQuery(Text(target, "query"))))]);

    private static IEnumerable<string> Sources(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => property.NameEquals("datasource") ? [Text(property.Value, "uid")] : Sources(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Sources),
        _ => [],
    };

    private static IEnumerable<JsonElement> Items(JsonElement element, params string[] path) =>
        At(element, path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().AsEnumerable() : [];

    private static string Text(JsonElement element, params string[] path) =>
        At(element, path) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static JsonElement? At(JsonElement element, string[] path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var below))
            {
                return null;
            }

            element = below;
        }

        return element;
    }
}

using System.Text.Json;
using StreamLearn.EndToEnd.Tests.Nodes;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>What a node that is a process says of itself: metrics over HTTP, lines of its log.</summary>
public sealed class MetricsProgramTests() : HttpNodeTests("streamlearn { node { http { enabled = on, port = 0 }, log-format = json, log-level = info }, metrics.every = 200ms }")
{
    private const int Records = 100;

    [Fact]
    public async Task Given_a_node_that_logs_JSON_when_records_have_gone_through_then_its_page_counts_them_and_its_lines_name_pipeline_partition_and_offset()
    {
        await using var node = StreamLearnProcess.Start("run", "--config", Config);
        var address = new Uri(await AddressAsync(node));
        var data = Folder.Write("records.json", SampleRecords.Json(Records).Append("no JSON"));
        Assert.Equal(0, (await StreamLearnProcess.RunAsync("produce", "--config", Config, "--topic", "link-load", "--data", data)).ExitCode);

        var page = "";
        await NodeWorld.UntilAsync(
            async () => (page = await Http.GetStringAsync(new Uri(address, "/metrics"))).Split('\n').Any(metric => Is(metric, "streamlearn_flow_records_total", Records + 1)),
            () => $"{Records + 1} records in /metrics; it has {page}");
        var metrics = page.Split('\n');
        Assert.Contains(metrics, metric => Is(metric, "streamlearn_flow_predictions_total", Records));
        Assert.Contains(metrics, metric => Is(metric, "streamlearn_dead_letters_records_total", 1) && metric.Contains("streamlearn_reason=\"malformed\"", StringComparison.Ordinal));

        // The line is an object, with what it is about beside its text.
        using var log = JsonDocument.Parse(await node.LineWithAsync("is read here from offset"));
        var fields = log.RootElement;
        Assert.Equal(("information", "link-load", 0), (fields.GetProperty("level").GetString(), fields.GetProperty("pipeline").GetString(), fields.GetProperty("offset").GetInt32()));
        Assert.Equal(
            $"Pipeline link-load: partition {fields.GetProperty("partition").GetInt32()} of link-load is read here from offset 0", fields.GetProperty("message").GetString());
        Assert.Contains("ingest-link-load", fields.GetProperty("source").GetString(), StringComparison.Ordinal);

        node.Terminate();
        Assert.Equal(0, (await node.EndAsync()).ExitCode);
    }

    private static bool Is(string metric, string name, long value) =>
        metric.StartsWith(name + "{", StringComparison.Ordinal) && metric[(metric.LastIndexOf('}') + 1)..].Trim().Split(' ')[0] == value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

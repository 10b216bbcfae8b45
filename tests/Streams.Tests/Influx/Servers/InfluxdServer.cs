using System.Text.Json;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;
using StreamLearn.Streams.Influx;

namespace StreamLearn.Streams.Tests.Influx.Servers;

/// <summary>InfluxDB 1.x, with a database <c>d</c>.</summary>
internal sealed class InfluxdServer : MetricsServer
{
    private readonly int _backupPort = FreePort.Next();

    public static string? NotInstalled => PathOf("influxd") is null ? "influxd is not installed (Debian: apt-get install influxdb)." : null;

    public override InfluxApi Api => InfluxApi.V1;

    protected override string Program => "influxd";

    protected override string HealthPath => "/ping";

    public override async Task<IReadOnlyDictionary<long, double>> ReadAsync(string measurement, string field)
    {
        var values = new Dictionary<long, double>();
        foreach (var row in await QueryAsync($"SELECT \"{field}\" FROM \"{measurement}\""))
        {
            values.Add(row[0].GetInt64(), row[1].GetDouble());
        }

        return values;
    }

    public override async Task<IReadOnlySet<string>> TagValuesAsync(string measurement, string field, string tag) =>
        (await QueryAsync($"SHOW TAG VALUES FROM \"{measurement}\" WITH KEY = \"{tag}\"")).Select(row => row[1].GetString()!).ToHashSet();

    /// <summary>Runs a statement that changes something.</summary>
    public async Task ExecuteAsync(string statement)
    {
        using var response = await Client.PostAsync(new Uri(Url, $"/query?q={Uri.EscapeDataString(statement)}"), null);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    protected override IReadOnlyList<string> Arguments()
    {
        var path = Path.Combine(Data.FullName, "influxdb.conf");
        File.WriteAllText(
            path,
            $"""
             reporting-disabled = true
             bind-address = "127.0.0.1:{_backupPort}"
             [meta]
             dir = "{Data.FullName}/meta"
             [data]
             dir = "{Data.FullName}/data"
             wal-dir = "{Data.FullName}/wal"
             [monitor]
             store-enabled = false
             [http]
             bind-address = "127.0.0.1:{Port}"
             log-enabled = false
             """);
        return ["-config", path];
    }

    protected override Task PrepareAsync() => ExecuteAsync("CREATE DATABASE d");

    private async Task<IReadOnlyList<JsonElement[]>> QueryAsync(string query)
    {
        var text = await GetAsync("/query", ("db", "d"), ("epoch", "ms"), ("q", query));
        using var json = JsonDocument.Parse(text);
        var result = json.RootElement.GetProperty("results")[0];
        Assert.False(result.TryGetProperty("error", out _), text);
        return result.TryGetProperty("series", out var series)
            ? [.. series.EnumerateArray().SelectMany(one => one.GetProperty("values").EnumerateArray()).Select(row => row.Clone().EnumerateArray().ToArray())]
            : [];
    }
}

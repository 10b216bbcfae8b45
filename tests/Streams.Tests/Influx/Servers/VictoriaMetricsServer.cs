using System.Text.Json;
using StreamLearn.Streams.Influx;

namespace StreamLearn.Streams.Tests.Influx.Servers;

/// <summary>VictoriaMetrics, which has the write API of InfluxDB 2. It keeps milliseconds, and numbers only.</summary>
internal sealed class VictoriaMetricsServer : MetricsServer
{
    public static string? NotInstalled =>
        PathOf("victoria-metrics") is null ? "victoria-metrics is not installed (Debian: apt-get install victoria-metrics)." : null;

    public override InfluxApi Api => InfluxApi.V2;

    protected override string Program => "victoria-metrics";

    protected override string HealthPath => "/health";

    public override async Task<IReadOnlyDictionary<long, double>> ReadAsync(string measurement, string field)
    {
        var values = new Dictionary<long, double>();
        foreach (var series in await ExportAsync($"{measurement}_{field}"))
        {
            foreach (var (time, value) in series.GetProperty("timestamps").EnumerateArray().Zip(series.GetProperty("values").EnumerateArray()))
            {
                values.Add(time.GetInt64(), value.GetDouble());
            }
        }

        return values;
    }

    public override async Task<IReadOnlySet<string>> TagValuesAsync(string measurement, string field, string tag) =>
        (await ExportAsync($"{measurement}_{field}")).Select(series => series.GetProperty("metric").GetProperty(tag).GetString()!).ToHashSet();

    protected override IReadOnlyList<string> Arguments() =>
    [
        "-storageDataPath=" + Path.Combine(Data.FullName, "data"), $"-httpListenAddr=127.0.0.1:{Port}", "-dedup.minScrapeInterval=1ms", "-retentionPeriod=100y",
    ];

    private async Task<IReadOnlyList<JsonElement>> ExportAsync(string metric)
    {
        // What has just been written is not to be seen before.
        await GetAsync("/internal/force_flush");
        var text = await GetAsync("/api/v1/export", ("match[]", metric));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.Clone();
        })];
    }
}

using Microsoft.AspNetCore.Builder;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Metrics;

namespace StreamLearn.Cli.Web;

/// <summary><c>/metrics</c>: what the node has measured last, in the text format of Prometheus.</summary>
internal sealed class PrometheusRoute : IDisposable
{
    internal const string Path = "/metrics";

    // A snapshot is made every few seconds at most: who asks more often gets the same.
    private const int CacheMilliseconds = 200;

    private readonly MeterProvider _meters;

    /// <param name="config">Says what is measured.</param>
    internal PrometheusRoute(StreamLearnConfig config) => _meters = Sdk.CreateMeterProviderBuilder()
        .AddStreamLearn(config)
        .AddPrometheusExporter(prometheus => prometheus.ScrapeResponseCacheDurationMilliseconds = CacheMilliseconds)
        .Build();

    internal void Map(WebApplication application) => application.MapPrometheusScrapingEndpoint(Path, _meters, configureBranchedPipeline: null, optionsName: null);

    public void Dispose() => _meters.Dispose();
}

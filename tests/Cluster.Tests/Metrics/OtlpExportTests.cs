using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Metrics;

namespace StreamLearn.Cluster.Tests.Metrics;

public sealed class OtlpExportTests
{
    [Fact]
    public async Task Given_a_collector_when_an_export_ends_then_numbers_and_traces_have_come_with_the_headers_of_the_environment()
    {
        const string variable = "STREAMLEARN_TEST_OTLP_HEADERS";
        Environment.SetEnvironmentVariable(variable, "x-token=dragon-fruit");
        using var collector = new Collector();
        var config = StreamLearnConfig.Load(null, [
            "metrics.otlp.enabled=on", "metrics.otlp.protocol=http", $"metrics.otlp.endpoint={collector.Url}", $"metrics.otlp.headers-env={variable}", "metrics.traces.ratio=1"]);
        var snapshot = new MetricSnapshot(DateTimeOffset.UnixEpoch, [new MetricReading(MetricCatalog.OfFlow, "east", "p").Set("records", 17)]);

        using (new MeterInstruments(() => snapshot, []))
        {
            using var export = OtlpExport.Start(config, "east")!;
            using var source = new ActivitySource("StreamLearn");
            source.StartActivity("learn")!.Dispose();
        }

        var metrics = await collector.RequestAsync("/v1/metrics");
        Assert.Equal(("application/x-protobuf", "dragon-fruit"), (metrics.Type, metrics.Token));
        Assert.Contains("streamlearn.flow.records", metrics.Text, StringComparison.Ordinal);
        Assert.Contains("east", metrics.Text, StringComparison.Ordinal);
        var traces = await collector.RequestAsync("/v1/traces");
        Assert.Contains("learn", traces.Text, StringComparison.Ordinal);
        Assert.Equal("dragon-fruit", traces.Token);
        Assert.DoesNotContain("dragon-fruit", config.Metrics.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer dragon-fruit")]
    [InlineData("a=b,dragon-fruit")]
    [InlineData("a=dragon\n-fruit")]
    public void Given_headers_that_are_none_when_they_are_read_then_the_variable_is_named_and_not_what_is_in_it(string headers)
    {
        const string variable = "STREAMLEARN_TEST_OTLP_NO_HEADERS";
        Environment.SetEnvironmentVariable(variable, headers);
        var config = StreamLearnConfig.Load(null, ["metrics.otlp.enabled=on", $"metrics.otlp.headers-env={variable}", "metrics.influxdb.enabled=on", "metrics.influxdb.org=o"]);

        var refused = Assert.Throws<ConfigurationException>(() => NodeMetrics.Open(config, _ => { }, TimeProvider.System));

        Assert.Equal(
            $"The environment variable {variable}, which streamlearn.metrics.otlp.headers-env names, holds no headers; expected name=value,name=value.", refused.Message);
    }

    [Fact]
    public void Given_a_node_that_exports_nothing_when_it_starts_then_there_is_no_export() =>
        Assert.Null(OtlpExport.Start(StreamLearnConfig.Load(null, []), "n"));

    /// <summary>A collector in this process that keeps what it is sent.</summary>
    private sealed class Collector : IDisposable
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

        private readonly HttpListener _listener = new();
        private readonly ConcurrentDictionary<string, TaskCompletionSource<(string? Type, string? Token, string Text)>> _requests = new();

        internal Collector()
        {
            using var port = new TcpListener(IPAddress.Loopback, 0);
            port.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}";
            port.Stop();
            _listener.Prefixes.Add(Url + "/");
            _listener.Start();
            _ = ServeAsync();
        }

        internal string Url { get; }

        internal Task<(string? Type, string? Token, string Text)> RequestAsync(string path) => Waiting(path).Task.WaitAsync(Limit);

        public void Dispose() => _listener.Close();

        private TaskCompletionSource<(string? Type, string? Token, string Text)> Waiting(string path) =>
            _requests.GetOrAdd(path, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                    var request = (context.Request.ContentType, context.Request.Headers["x-token"], await reader.ReadToEndAsync());
                    context.Response.Close();
                    Waiting(context.Request.Url!.AbsolutePath).TrySetResult(request);
                }
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // Closed.
            }
        }
    }
}

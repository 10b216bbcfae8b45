using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamLearn.Cli.Web.Dashboard;
using StreamLearn.Cli.Web.Documents;
using StreamLearn.Cli.Web.Serving;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Cluster.Watching;

namespace StreamLearn.Cli.Web;

/// <summary>
/// HTTP of a node. It starts before the node does and ends after it: that a node does not come into its cluster, or is leaving it, is what
/// somebody wants to know. One file for each group of routes.
/// </summary>
internal sealed class NodeWebServer : IAsyncDisposable
{
    private const int MostConnections = 100;
    private const int MostHeaderBytes = 16 * 1024;
    private const int MostHeaders = 64;
    private const int MostLineBytes = 4 * 1024;

    private static readonly TimeSpan HeadersLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    // The slowest question takes half of it.
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly PrometheusRoute? _prometheus;

    private NodeWebServer(WebApplication application, PrometheusRoute? prometheus, Uri address)
    {
        _application = application;
        _prometheus = prometheus;
        Address = address;
    }

    /// <summary>Where it is reached.</summary>
    internal Uri Address { get; }

    /// <summary>What it answers.</summary>
    internal IEnumerable<RouteEndpoint> Routes => _application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>Starts it.</summary>
    /// <param name="config">The node's configuration: address, port and token, and what it offers.</param>
    /// <param name="health">Says how the node is.</param>
    /// <param name="watch">Says what its pipelines do; null: there is nothing to see but the node.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="ConfigurationException">The address cannot be bound, or there is no token where one is needed.</exception>
    internal static async Task<NodeWebServer> StartAsync(StreamLearnConfig config, NodeHealth health, NodeWatch? watch = null, CancellationToken cancellation = default)
    {
        var settings = config.Node.Http;
        var address = Resolve(settings);
        var access = AccessRule.For(settings, address);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, new IPEndPoint(address, settings.Port), settings.Limits.BodyBytes));
        builder.Services.AddRoutingCore().AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new() { Timeout = RequestLimit });
        builder.Services.AddRateLimiter(limiter => RequestLimits.Configure(limiter, settings.Limits));
        ApiDocument.AddTo(builder.Services);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        var application = builder.Build();
        var prometheus = config.Metrics is { Enabled: true, Prometheus: true } ? new PrometheusRoute(config) : null;
        try
        {
            application.Use(ProblemDetails.OnFailureAsync);
            application.UseRouting();
            application.UseRateLimiter();
            application.Use(access.CheckAsync);
            application.UseRequestTimeouts();
            HealthRoutes.Map(application, health);
            ClusterRoutes.Map(application, health);
            PipelineRoutes.Map(application, config, health);
            var pipelines = new ServedPipelines(config, health);
            KeyRoutes.Map(application, pipelines);
            PredictRoutes.Map(application, pipelines, settings.Limits);
            LearnRoutes.Map(application, pipelines, settings.Limits);
            ControlRoutes.Map(application, health);
            ApiDocument.Map(application);
            DashboardRoutes.Map(application);
            var live = new LiveState(config, health, watch ?? new NodeWatch(TimeProvider.System), TimeProvider.System);
            new LiveRoute(live, TimeProvider.System, application.Lifetime.ApplicationStopping).Map(application);
            prometheus?.Map(application);
            await application.StartAsync(cancellation);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await application.DisposeAsync();
            prometheus?.Dispose();
            throw CannotBind(settings, exception.Message);
        }
        catch
        {
            await application.DisposeAsync();
            prometheus?.Dispose();
            throw;
        }

        var bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new NodeWebServer(application, prometheus, new Uri(bound));
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _prometheus?.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, IPEndPoint endpoint, int bodyBytes)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = MostConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestBodySize = bodyBytes;
        limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        limits.MaxRequestHeaderCount = MostHeaders;
        limits.MaxRequestLineSize = MostLineBytes;
        limits.RequestHeadersTimeout = HeadersLimit;
        limits.KeepAliveTimeout = KeepAlive;
        kestrel.Listen(endpoint, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static IPAddress Resolve(HttpSettings settings)
    {
        try
        {
            return IPAddress.TryParse(settings.Host, out var address)
                ? address
                : Dns.GetHostAddresses(settings.Host).FirstOrDefault() ?? throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw CannotBind(settings, exception.Message);
        }
    }

    private static ConfigurationException CannotBind(HttpSettings settings, string reason) => new(
        $"streamlearn.node.http.host is '{settings.Host}' and streamlearn.node.http.port is {settings.Port}, which cannot be bound "
        + $"({reason.ReplaceLineEndings(" ").TrimEnd('.')}); expected an address of this machine and a free port, 0 for any, or streamlearn.node.http.enabled = off.");
}

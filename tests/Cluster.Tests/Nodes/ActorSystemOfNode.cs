using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Cluster.Placement;

namespace StreamLearn.Cluster.Tests.Nodes;

/// <summary>The actor system that a node would have, as <see cref="ActorHost"/> makes it; nothing runs in it.</summary>
internal sealed class ActorSystemOfNode : IAsyncDisposable
{
    private readonly IHost _host;

    private ActorSystemOfNode(IHost host, StreamLearnConfig config)
    {
        _host = host;
        Config = config;
        System = (ExtendedActorSystem)host.Services.GetRequiredService<ActorSystem>();
    }

    internal StreamLearnConfig Config { get; }

    internal ExtendedActorSystem System { get; }

    /// <summary>How other nodes name it as a seed.</summary>
    internal string Seed
    {
        get
        {
            var address = Akka.Cluster.Cluster.Get(System).SelfAddress;
            return $"{address.Host}:{address.Port}";
        }
    }

    internal static async Task<ActorSystemOfNode> StartAsync(params string[] settings)
    {
        var config = StreamLearnConfig.Load(null, ["node.log-level=error", .. settings], "streamlearn.pipelines.one {}");
        var host = ActorHost.Build(config, NodePlacement.For(config, TimeProvider.System));
        await host.StartAsync();
        return new ActorSystemOfNode(host, config);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

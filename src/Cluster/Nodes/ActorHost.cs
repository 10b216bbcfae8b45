using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Messages;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Control;
using StreamLearn.Cluster.Membership;
using StreamLearn.Cluster.Placement;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace StreamLearn.Cluster.Nodes;

/// <summary>Makes the actor system of a node: remoting, cluster, serialisers, dispatchers, log.</summary>
internal static partial class ActorHost
{
    /// <summary>The name of every node's actor system.</summary>
    internal const string SystemName = "streamlearn";

    private static readonly string Refusing = $"{typeof(RefusingSerializer).FullName}, {typeof(RefusingSerializer).Assembly.GetName().Name}";

    // Entities that move wait for a checkpoint; the rest of leaving takes seconds.
    private static readonly TimeSpan LeaveMargin = TimeSpan.FromSeconds(20);

    /// <summary>Makes it; nothing has joined yet.</summary>
    internal static IHost Build(StreamLearnConfig config, NodePlacement placement)
    {
        var node = config.Node;
        var tls = node.Tls.Enabled ? NodeCertificates.Load(node.Tls).Setup() : null;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging
            .SetMinimumLevel(Enum.Parse<LogLevel>(node.LogLevel == "info" ? "Information" : node.LogLevel, ignoreCase: true))
            .AddFilter("Microsoft", LogLevel.None);
        builder.Services.TryAddSingleton(TimeProvider.System);
        _ = node.LogsJson
            ? builder.Logging.AddConsole(console => console.FormatterName = JsonLogFormatter.FormatterName)
                .AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>()
            : builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LeaveTimeout(node) + LeaveMargin);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.AddAkka(SystemName, (akka, _) =>
        {
            akka.AddHocon(config.Akka.WithFallback(placement.Hocon).WithFallback(Hocon(node)), HoconAddMode.Prepend)
                .ConfigureLoggers(loggers =>
                {
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory();
                })
                .WithCustomSerializer("streamlearn-buckets", [typeof(IBucketMessage)], system => new BucketMessageSerializer(system))
                .WithCustomSerializer("streamlearn-membership", [typeof(IMembershipMessage)], system => new MembershipMessageSerializer(system))
                .WithCustomSerializer("streamlearn-control", [typeof(IControlMessage)], system => new ControlMessageSerializer(system))
                .WithCustomSerializer("streamlearn-placement", [typeof(NodeReport)], system => new PlacementMessageSerializer(system))
                .WithRemoting(new RemoteOptions { HostName = node.Host, PublicHostName = node.PublicHost, Port = node.Port, EnableSsl = tls is not null })
                .WithClustering(new ClusterOptions { Roles = [.. node.Roles] });
            akka.AddSetup(new LogFilterBuilder().ExcludeMessageRegex(PartingNoise()).Build());
            if (tls is not null)
            {
                akka.AddSetup(tls);
            }
        });
        return builder.Build();
    }

    /// <summary>How long the shards of a node that leaves may take.</summary>
    private static TimeSpan LeaveTimeout(NodeSettings node) => node.HandOverTimeout + TimeSpan.FromSeconds(5);

    private static Config Hocon(NodeSettings node) => ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = {{node.LogLevel}}
          log-dead-letters = off
          actor {
            # A message that comes names its serializer by number: what Akka has by default and would let a peer name types to be made must not be there.
            serializers {
              refusing = "{{Refusing}}"
              json = "{{Refusing}}"
              daemon-create = "{{Refusing}}"
            }
            serialization-bindings { "System.Object" = refusing }
          }
          remote.dot-netty.tcp {
            maximum-frame-size = {{node.FrameBytes}}b
            send-buffer-size = {{node.FrameBytes}}b
            receive-buffer-size = {{node.FrameBytes}}b
          }
          cluster {
            # A node that the others have given up ends, and may be started again.
            run-coordinated-shutdown-when-down = on
            downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
            failure-detector.acceptable-heartbeat-pause = {{Seconds(node.SplitBrain.AcceptablePause)}}
            split-brain-resolver {
              active-strategy = {{node.SplitBrain.Strategy}}
              stable-after = {{Seconds(node.SplitBrain.StableAfter)}}
              static-quorum.quorum-size = {{node.SplitBrain.Quorum}}
            }
            # An ingest keeps its buckets; it tells them itself when they may go.
            sharding {
              passivate-idle-entity-after = off
              # Where shards are, not what buckets have learned: needs no disk.
              state-store-mode = ddata
              handoff-timeout = {{Seconds(LeaveTimeout(node))}}
            }
          }
          # The program ends in order by itself; who asks twice wants it at once.
          coordinated-shutdown {
            exit-clr = off
            run-by-clr-shutdown-hook = off
            phases.cluster-sharding-shutdown-region.timeout = {{Seconds(LeaveTimeout(node) + TimeSpan.FromSeconds(5))}}
          }
        }
        {{LearnerEntity.Dispatcher}} {
          type = ForkJoinDispatcher
          throughput = 5
          dedicated-thread-pool { thread-count = {{node.LearnerThreads}} }
        }
        """);

    /// <summary>What the transport has to say, as an error, whenever a node leaves in order; one that is missed is told of by the cluster.</summary>
    [GeneratedRegex("^Disassociated|^Unable to REMOVE channel|^AssociationError .*Disassociated")]
    private static partial Regex PartingNoise();

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalMilliseconds:0}ms");
}

using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Placement;

namespace StreamLearn.Cluster.Tests.Placement;

/// <summary>Some nodes in this process that speak over TCP, with entities that only say where they are.</summary>
internal sealed class PlacedCluster : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly List<PlacedNode> _nodes = [];

    internal IReadOnlyList<PlacedNode> Nodes => _nodes;

    /// <summary>Starts a node and waits until all are up and every node with learners has the reports of all.</summary>
    internal async Task<PlacedNode> JoinAsync(int threads, string[] roles, params string[] settings)
    {
        var config = StreamLearnConfig.Load(
            null,
            [
                $"node.learner-threads={threads}", "node.shards=48", "node.placement.report-every=500ms", "node.placement.rebalance-every=300ms",
                "pipelines.p.buckets=48", .. settings,
            ]);
        var placement = new NodePlacement(config.Node, config.Placement, roles, config.Pipelines, TimeProvider.System, () => 2);
        var system = ActorSystem.Create("placed", placement.Hocon.WithFallback(Hocon(roles)));
        var node = new PlacedNode(system, placement, config.Pipelines[0]);
        _nodes.Add(node);
        node.Cluster.Join(_nodes[0].Cluster.SelfAddress);
        placement.Start(system);
        node.StartRegion();
        await UntilAsync("all nodes are up and known", () => _nodes.TrueForAll(one => one.UpMembers == _nodes.Count) && _nodes.TrueForAll(Informed), Describe);
        return node;
    }

    /// <summary>Asks every bucket where it is.</summary>
    /// <returns>How many are on each node, in the order in which the nodes came.</returns>
    internal async Task<IReadOnlyList<int>> WhereAsync()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 48).Select(bucket => AskAsync(new BucketId(0, bucket))));
        return [.. _nodes.Select(node => answers.Count(answer => answer == node.Address))];
    }

    internal static async Task UntilAsync(string what, Func<Task<bool>> holds, Func<string> actual)
    {
        var began = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(began.Elapsed < Deadline, $"Waited {Deadline} until {what}; there is: {actual()}");
            await Task.Delay(50);
        }
    }

    internal async Task LeaveAsync(PlacedNode node)
    {
        _nodes.Remove(node);
        await CoordinatedShutdown.Get(node.System).Run(CoordinatedShutdown.ClusterLeavingReason.Instance).WaitAsync(Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.System.Terminate();
        }
    }

    private static Task UntilAsync(string what, Func<bool> holds, Func<string> actual) => UntilAsync(what, () => Task.FromResult(holds()), actual);

    /// <summary>A message can be lost while its shard moves; an ingest sends again, too.</summary>
    private async Task<string> AskAsync(BucketId bucket)
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await _nodes[0].Region.Ask<string>(new Rewind(bucket, 0, 0), TimeSpan.FromSeconds(1));
            }
            catch (AskTimeoutException)
            {
                Assert.True(began.Elapsed < Deadline, $"No answer of bucket {bucket.EntityId} within {Deadline}.");
            }
        }
    }

    private bool Informed(PlacedNode node) => !node.HasLearners || _nodes.Where(other => other.HasLearners).All(other =>
        node.Placement.Board.Knows(other.Address, other.Cluster.SelfUniqueAddress.Uid));

    private string Describe() => string.Join("; ", _nodes.Select(node => $"{node.Address} sees {node.UpMembers} up"));

    private static Config Hocon(string[] roles) => ConfigurationFactory.ParseString(
        $$"""
        akka {
          loglevel = warning
          stdout-loglevel = warning
          log-dead-letters = off
          actor {
            provider = cluster
            serializers.placement = "{{typeof(PlacementMessageSerializer).AssemblyQualifiedName}}"
            serializers.buckets = "{{typeof(BucketMessageSerializer).AssemblyQualifiedName}}"
            serialization-bindings {
              "{{typeof(NodeReport).AssemblyQualifiedName}}" = placement
              "{{typeof(IBucketMessage).AssemblyQualifiedName}}" = buckets
            }
          }
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          cluster {
            roles = [{{string.Join(", ", roles)}}]
            gossip-interval = 200ms
            leader-actions-interval = 200ms
            run-coordinated-shutdown-when-down = off
            sharding { state-store-mode = ddata, passivate-idle-entity-after = off, retry-interval = 200ms }
            distributed-data { gossip-interval = 200ms, notify-subscribers-interval = 100ms }
          }
          coordinated-shutdown { exit-clr = off, run-by-clr-shutdown-hook = off }
        }
        """);

    internal sealed class PlacedNode(ActorSystem system, NodePlacement placement, PipelineDefinition pipeline)
    {
        internal ActorSystem System => system;

        internal NodePlacement Placement => placement;

        internal Akka.Cluster.Cluster Cluster { get; } = Akka.Cluster.Cluster.Get(system);

        internal string Address => Cluster.SelfAddress.ToString();

        internal bool HasLearners => PipelineRole.All.Any(role => Cluster.SelfRoles.Contains(role));

        internal int UpMembers => Cluster.State.Members.Count(member => member.Status == Akka.Cluster.MemberStatus.Up);

        internal IActorRef Region { get; private set; } = ActorRefs.Nobody;

        /// <summary>Names of the entities that were made here.</summary>
        internal ConcurrentQueue<string> Made { get; } = new();

        internal void StartRegion()
        {
            var (made, address) = (Made, Address);
            Region = placement.StartRegion(
                system, pipeline,
                entity =>
                {
                    made.Enqueue(entity);
                    return Props.Create(() => new Whereabouts(address));
                },
                PoisonPill.Instance);
        }
    }

    private sealed class Whereabouts : ReceiveActor
    {
        public Whereabouts(string address) => ReceiveAny(_ => Sender.Tell(address));
    }
}

using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Membership;
using StreamLearn.Learners.Torch;
using ConfigurationException = StreamLearn.Cluster.Configuration.ConfigurationException;

namespace StreamLearn.Cluster.Placement;

/// <summary>
/// What a node has to do with where learners live: its GPUs, the meter of its buckets' costs, the reports of all nodes, and the shard regions of the
/// pipelines. One for each node.
/// </summary>
/// <remarks>
/// <code>
/// var placement = NodePlacement.For(config, time);   // before anything is opened: refuses devices that are missing
/// // the node's HOCON gets placement.Hocon, its serializers PlacementMessageSerializer for NodeReport
/// placement.Start(system);
/// var buckets = placement.StartRegion(system, pipeline, store, HandOver.Instance);
/// </code>
/// </remarks>
public sealed class NodePlacement
{
    private readonly NodeSettings _node;
    private readonly TimeProvider _time;
    private readonly PlacementSettings _settings;
    private readonly IReadOnlyCollection<string> _roles;
    private readonly Dictionary<string, string> _roleOf;
    private readonly DeviceSlots? _slots;
    private readonly BucketPlaces _places;

    internal NodePlacement(
        NodeSettings node, PlacementSettings settings, IReadOnlyCollection<string> roles, IReadOnlyCollection<PipelineDefinition> pipelines, TimeProvider time,
        Func<int> countGpus)
    {
        _node = node;
        _time = time;
        _settings = settings;
        _roles = roles;
        _roleOf = pipelines.ToDictionary(pipeline => pipeline.Name, PipelineRole.Of);

        // Settled once: what auto comes to does not change while the node runs.
        var onGpu = pipelines.Where(Hosts).Where(NodeDevices.UsesGpu).Select(pipeline => pipeline.Name).ToHashSet();
        _slots = NodeDevices.SlotsOf(settings, onGpu, countGpus);
        Costs = new BucketCosts(time);
        Memory = new LearnerMemory(node.LearnerMemory);
        _places = new BucketPlaces(Costs, node.Shards, _slots, Memory, pipeline => onGpu.Contains(pipeline.Name), Buckets);
        Board = new PlacementBoard(time, settings.ReportLifetime);
    }

    /// <summary>What the buckets that live here cost.</summary>
    public BucketCosts Costs { get; }

    /// <summary>What the learners that live here take.</summary>
    public LearnerMemory Memory { get; }

    /// <summary>The entities of the buckets that live here.</summary>
    internal LocalBuckets Buckets { get; } = new();

    /// <summary>The reports of all nodes.</summary>
    internal PlacementBoard Board { get; }

    /// <summary>What the node's actor system must be configured with: the dispatchers of its GPUs, and how often shards may move.</summary>
    public Config Hocon
    {
        get
        {
            var text = new StringBuilder();
            text.AppendLine(
                CultureInfo.InvariantCulture, $"akka.cluster.sharding.rebalance-interval = {(long)_settings.RebalanceEvery.TotalMilliseconds}ms");
            foreach (var slot in _slots?.Slots ?? [])
            {
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"{slot.Dispatcher} {{ type = ForkJoinDispatcher, throughput = 5, dedicated-thread-pool {{ thread-count = 1 }} }}");
            }

            return ConfigurationFactory.ParseString(text.ToString());
        }
    }

    /// <summary>The placement of a node.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConfigurationException">Learners that live here ask for a device that is not here.</exception>
    public static NodePlacement For(StreamLearnConfig config, TimeProvider time)
    {
        var roles = config.Node.Roles;
        NodeDevices.Check(config.Pipelines.Where(pipeline => roles.Contains(PipelineRole.Of(pipeline))));
        return new NodePlacement(config.Node, config.Placement, roles, config.Pipelines, time, TorchRuntime.CountGpus);
    }

    /// <summary>Whether the learners of a pipeline live here, among others.</summary>
    public bool Hosts(PipelineDefinition pipeline) => _roles.Contains(PipelineRole.Of(pipeline));

    /// <summary>Begins to report to the other nodes, where learners live here. To be called once, before the regions start.</summary>
    public void Start(ActorSystem system)
    {
        if (_roles.Intersect(PipelineRole.All).Any())
        {
            var capacity = (_node.LearnerThreads, _slots?.Slots.Count ?? 0);
            system.ActorOf(
                Props.Create(() => new PlacementReporter(
                    _settings, Costs, Board, pipeline => _roleOf.GetValueOrDefault(pipeline, NodeRole.Learner), capacity)),
                PlacementReporter.Name);
        }
    }

    /// <summary>Starts the shard region of a pipeline; where its learners live elsewhere, a proxy that finds them.</summary>
    /// <param name="system">The node's actor system.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="store">Where the learners' state is.</param>
    /// <param name="handOffStopMessage">What an entity is told when it is to move: <see cref="Actors.Messages.HandOver"/>, or it stops without having
    /// stored what it has learned.</param>
    public IActorRef StartRegion(ActorSystem system, PipelineDefinition pipeline, ICheckpointStore store, object handOffStopMessage) =>
        StartRegion(system, pipeline, entity => LearnerEntity.Props(pipeline, store, _node.HandOverTimeout, _places.For(pipeline, entity)), handOffStopMessage);

    internal IActorRef StartRegion(ActorSystem system, PipelineDefinition pipeline, Func<string, Props> entity, object handOffStopMessage)
    {
        var role = PipelineRole.Of(pipeline);
        return ClusterSharding.Get(system).Start(
            pipeline.Name, entity, ClusterShardingSettings.Create(system).WithRole(role),
            new BucketMessageExtractor(pipeline.Buckets, _node.Shards), new MeasuredAllocation(pipeline.Name, role, Board, _settings, _time),
            handOffStopMessage);
    }
}

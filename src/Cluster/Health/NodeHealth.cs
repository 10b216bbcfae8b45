using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Akka.Cluster;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Control;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Cluster.Placement;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Health;

/// <summary>
/// Says how a node is, from before it starts until it has ended: whether it lives, whether it is ready, what its cluster looks like. Many may ask at the
/// same time; what costs something is asked once for all of them. Thread-safe.
/// </summary>
public sealed class NodeHealth
{
    private const int MostMembers = 500;
    private const int MostPipelines = 100;

    private static readonly TimeSpan PulseLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReportLifetime = TimeSpan.FromSeconds(1);

    private readonly StreamLearnConfig _config;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly SharedAnswer<string?> _pulse;
    private readonly SharedAnswer<string?> _store;
    private readonly SharedAnswer<string?> _kafka;
    private readonly SharedAnswer<ClusterReport> _cluster;
    private volatile NodeView _view = new(NodePhase.Connecting);

    /// <param name="config">The node's configuration.</param>
    /// <param name="time">The clock.</param>
    public NodeHealth(StreamLearnConfig config, TimeProvider time)
    {
        _config = config;
        _time = time;
        _pulse = new SharedAnswer<string?>(FeelAsync, TimeSpan.Zero, time);
        _store = new SharedAnswer<string?>(TryStoreAsync, ProbeEvery, time);
        _kafka = new SharedAnswer<string?>(TryKafkaAsync, ProbeEvery, time);
        _cluster = new SharedAnswer<ClusterReport>(ReportAsync, ReportLifetime, time);
    }

    /// <summary>The pipelines that run here; null: the node has not come so far.</summary>
    public IReadOnlyList<RunningPipeline>? Pipelines => _view.Pipelines;

    /// <summary>What the node measures; null: nothing, or not yet.</summary>
    public NodeMetrics? Metrics => _view.Metrics;

    /// <summary>What is wrong with the process so that only a new one helps; null: it lives. Takes at most some seconds.</summary>
    public Task<string?> LiveAsync() => _pulse.GetAsync();

    /// <summary>Whether the node does its work. Kafka and the store are asked at most every 10 s.</summary>
    public async Task<ReadinessReport> ReadyAsync()
    {
        var view = _view;
        var stopping = view.Phase == NodePhase.Stopping;
        var kafka = stopping ? null : KafkaProblemAsync();
        var store = stopping || view.Store is null ? null : StoreProblemAsync();
        var facts = new ReadinessFacts
        {
            Phase = view.Phase,
            Ingests = _config.Node.Ingests,
            Seeds = string.Join(", ", _config.Node.Seeds),
            HasStore = store is not null,
            KafkaProblem = kafka is null ? null : await kafka.ConfigureAwait(false),
            StoreProblem = store is null ? null : await store.ConfigureAwait(false),
            Pipelines = [.. view.Pipelines?.Select(FactsOf) ?? _config.Pipelines.Select(NotStarted)],
        };
        if (view.System is { } system)
        {
            var cluster = Akka.Cluster.Cluster.Get(system);
            var state = cluster.State;
            facts = facts with
            {
                Status = StatusOf(cluster),
                Roles = state.Members.Except(state.Unreachable).Where(member => member.Status == MemberStatus.Up)
                    .SelectMany(member => member.Roles).ToHashSet(),
            };
        }

        // What has changed while Kafka and the store were asked counts.
        return Readiness.Of(facts with { Phase = _view.Phase });
    }

    /// <summary>What an operator can do to its pipelines; null: it has not come so far, or is stopping.</summary>
    public PipelineControls? Controls => _view is { Phase: NodePhase.Running, Controls: { } controls } ? controls : null;

    /// <summary>The cluster and the pipelines, as this node sees them; up to a second old.</summary>
    public Task<ClusterReport> ClusterAsync() => _cluster.GetAsync();

    internal void OnStoreOpened(ICheckpointReader store) => Change(view => view with { Store = store });

    internal void OnSystemStarted(ActorSystem system, NodePlacement placement) => Change(view => view with
    {
        Phase = NodePhase.Joining,
        System = system,
        Pulse = new LearnerPulse(
            system.ActorOf(Props.Create(() => new PulseActor()).WithDispatcher(LearnerEntity.Dispatcher), "pulse"), () => placement.Costs.Steps, PulseLimit),
        Memory = placement.Memory,
    });

    internal void OnJoined() => Change(view => view with { Phase = NodePhase.Starting });

    internal void OnRunning(IReadOnlyList<RunningPipeline> pipelines, PipelineControls controls, NodeMetrics? metrics) => Change(view =>
        view with { Phase = NodePhase.Running, Pipelines = pipelines, Controls = controls, Metrics = metrics });

    internal void OnStopping() => Change(view => view with { Phase = NodePhase.Stopping });

    private void Change(Func<NodeView, NodeView> change)
    {
        lock (_lock)
        {
            _view = change(_view);
        }
    }

    private async Task<string?> FeelAsync()
    {
        if (_view is not { System: { } system, Pulse: { } pulse })
        {
            return null;
        }

        var problem = pulse.FeelAsync();
        await Task.WhenAny(problem, system.WhenTerminated).ConfigureAwait(false);
        return system.WhenTerminated.IsCompleted ? "its actor system has ended" : await problem.ConfigureAwait(false);
    }

    private Task<string?> KafkaProblemAsync() => WithinAsync(_kafka.GetAsync(), $"Kafka at {_config.Kafka.BootstrapServers}");

    private Task<string?> StoreProblemAsync() => WithinAsync(_store.GetAsync(), "the checkpoint store");

    private async Task<string?> WithinAsync(Task<string?> probe, string what)
    {
        try
        {
            return await probe.WaitAsync(ProbeLimit, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return $"{what} has not answered for {ProbeLimit.TotalSeconds:0} s; see that it runs and can be reached";
        }
    }

    private async Task<string?> TryKafkaAsync()
    {
        if (_config.Pipelines.Count == 0)
        {
            return null;
        }

        var topic = _config.Pipelines[0].Topic;
        try
        {
            return await KafkaProbe.PartitionCountAsync(_config.Kafka, topic).ConfigureAwait(false) is null
                ? $"topic {topic} is not at {_config.Kafka.BootstrapServers}; make it"
                : null;
        }
        catch (Exception exception)
        {
            return exception.Message;
        }
    }

    private async Task<string?> TryStoreAsync()
    {
        if (_view.Store is not { } store || _config.Pipelines.Count == 0)
        {
            return null;
        }

        try
        {
            await store.LoadSettingsAsync(_config.Pipelines[0].Name).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception.Message;
        }
    }

    private async Task<ClusterReport> ReportAsync()
    {
        var readiness = await ReadyAsync().ConfigureAwait(false);
        var view = _view;
        var report = new ClusterReport
        {
            Roles = _config.Node.Roles,
            Ready = readiness.Ready,
            Checks = readiness.Checks.ToDictionary(check => check.Name, check => check.Finding),
        };
        if (view.System is not { } system)
        {
            return report;
        }

        var cluster = Akka.Cluster.Cluster.Get(system);
        var state = cluster.State;
        var members = state.Members.ToList();
        members.Sort((one, other) => one.Equals(other) ? 0 : one.IsOlderThan(other) ? -1 : 1);
        var running = view.Pipelines ?? [];
        var pipelines = await Task.WhenAll(running.Take(MostPipelines).Select(pipeline => ReportAsync(pipeline, members, cluster.SelfAddress))).ConfigureAwait(false);
        return report with
        {
            Address = cluster.SelfAddress.ToString(),
            Status = Readiness.Name(StatusOf(cluster)),
            Memory = view.Memory is { } memory ? MemoryReport.Of(memory) : null,
            Leader = state.Leader?.ToString(),
            Members = [.. members.Take(MostMembers).Select((member, age) => new MemberReport(
                member.Address.ToString(), [.. member.Roles.Order(StringComparer.Ordinal)], Readiness.Name(member.Status),
                !state.Unreachable.Contains(member), age + 1))],
            MembersLeftOut = Math.Max(0, members.Count - MostMembers),
            Unreachable = [.. state.Unreachable.Take(MostMembers).Select(member => member.Address.ToString())],
            Pipelines = pipelines,
            PipelinesLeftOut = Math.Max(0, running.Count - MostPipelines),
        };
    }

    private static async Task<PipelineReport> ReportAsync(RunningPipeline pipeline, IEnumerable<Member> members, Address self)
    {
        var definition = pipeline.Definition;
        var role = PipelineRole.Of(definition);
        var hosts = members.Where(member => member.HasRole(role)).Take(MostMembers).Select(member => member.Address.ToString()).ToList();
        var shards = await ShardCensus.TakeAsync(pipeline.Buckets, role, hosts, self.ToString()).ConfigureAwait(false);
        var progress = pipeline.Progress;
        return new PipelineReport
        {
            Pipeline = definition.Name,
            Role = role,
            Learner = definition.Plan.Learners[0].Registration.Kind,
            LearnerVersion = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PipelineSettings.Of(definition).ToString())).AsSpan(0, 6)),
            Shards = shards.Shards,
            ShardsProblem = shards.Problem,
            Partitions = progress.Partitions,
            Paused = progress.Pause.IsPaused,
            Records = progress.Records,
            Predictions = progress.Predictions,
            DeadLetters = progress.DeadLetters,
            Rewinds = progress.Rewinds,
            Barriers = progress.Barriers,
        };
    }

    /// <summary>Of a node that has been told to go and is gone, the cluster keeps the last status that it has heard of.</summary>
    private static MemberStatus StatusOf(Akka.Cluster.Cluster cluster) => cluster.IsTerminated ? MemberStatus.Removed : cluster.SelfMember.Status;

    private static PipelineFacts FactsOf(RunningPipeline pipeline) => new(
        pipeline.Definition.Name, PipelineRole.Of(pipeline.Definition), pipeline.Completion.IsCompleted,
        pipeline.Completion.Exception?.GetBaseException().Message, pipeline.Progress.CheckpointProblems, pipeline.Progress.Pause.IsPaused);

    private static PipelineFacts NotStarted(PipelineDefinition pipeline) => new(
        pipeline.Name, PipelineRole.Of(pipeline), HasEnded: false, null, new Dictionary<int, string>());
}

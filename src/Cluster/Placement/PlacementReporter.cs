using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using StreamLearn.Actors.Buckets;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Placement;

/// <summary>On every node with learners: tells the others of its kind, again and again and when one comes, what the node can do and what its shards cost,
/// and puts what the others tell on the board.</summary>
internal sealed class PlacementReporter : ReceiveActor, IWithTimers
{
    /// <summary>Its name, under <c>/user</c>, on every node.</summary>
    internal const string Name = "placement";

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PlacementSettings _settings;
    private readonly BucketCosts _costs;
    private readonly PlacementBoard _board;
    private readonly Func<string, string> _roleOf;
    private readonly (int Threads, int Devices) _capacity;

    // Nodes whose reports were refused: one warning each.
    private readonly HashSet<Address> _refused = [];
    private long _number;

    public PlacementReporter(
        PlacementSettings settings, BucketCosts costs, PlacementBoard board, Func<string, string> roleOf, (int Threads, int Devices) capacity)
    {
        _settings = settings;
        _costs = costs;
        _board = board;
        _roleOf = roleOf;
        _capacity = capacity;
        Receive<Tick>(_ => Tell(_cluster.State.Members));
        Receive<ClusterEvent.MemberUp>(up => Tell([up.Member]));
        Receive<ClusterEvent.MemberRemoved>(removed =>
        {
            _board.Forget(removed.Member.Address.ToString(), removed.Member.UniqueAddress.Uid);
            _refused.Remove(removed.Member.Address);
        });
        Receive<ClusterEvent.IMemberEvent>(_ => { });
        Receive<NodeReport>(OnReport);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _settings.ReportEvery);
    }

    /// <inheritdoc/>
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void Tell(IEnumerable<Member> members)
    {
        var parts = Report();
        foreach (var part in parts)
        {
            _board.Accept(part);
        }

        foreach (var member in members.Where(member =>
            member.UniqueAddress != _cluster.SelfUniqueAddress && member.Status is MemberStatus.Up or MemberStatus.Leaving && PipelineRole.All.Any(member.HasRole)))
        {
            var other = Context.ActorSelection(new RootActorPath(member.Address) / "user" / Name);
            foreach (var part in parts)
            {
                other.Tell(part);
            }
        }
    }

    private IReadOnlyList<NodeReport> Report()
    {
        var self = _cluster.SelfUniqueAddress;
        return NodeReports.Split(
            new NodeReport(
                NodeReport.CurrentVersion, self.Address.ToString(), self.Uid, _number++, 0, 1, [.. _cluster.SelfRoles.Order(StringComparer.Ordinal)],
                _capacity.Threads, _capacity.Devices, []),
            _costs.Read(), _roleOf);
    }

    private void OnReport(NodeReport report)
    {
        var sender = Sender.Path.Address;
        var problem = report.Problem() ?? (report.Address == sender.ToString() ? null : $"the address {report.Address}; expected its own");
        if (problem is null)
        {
            _board.Accept(report);
        }
        else if (_refused.Add(sender))
        {
            _log.Warning("The report of the node {0} has {1}. Nothing moves until it is mended", sender, problem);
        }
    }

    private sealed class Tick
    {
        internal static readonly Tick Instance = new();
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Event;
using StreamLearn.Actors.Buckets;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Placement;

/// <summary>
/// Places the shards of a pipeline for Akka's coordinator: <see cref="PlacementPlanner"/> on what nodes have reported. Nodes that leave or cannot be
/// reached get none, and while there are such, or a report is missing, or shards are on their way, none moves; nor before every node has reported on what it
/// has been given.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="role">The role that it runs on.</param>
/// <param name="board">The reports.</param>
/// <param name="settings">How much moves, and when.</param>
/// <param name="time">The board's clock.</param>
internal sealed class MeasuredAllocation(string pipeline, string role, PlacementBoard board, PlacementSettings settings, TimeProvider time)
    : IActorSystemDependentAllocationStrategy
{
    /// <summary>Busy seconds per second that a shard costs besides what it does.</summary>
    internal const double CostOfBeing = 0.001;

    private static readonly IImmutableSet<string> Nothing = ImmutableHashSet<string>.Empty;

    // Where the shards of the last plan go. Akka asks about each when its old home has let it go.
    private readonly Dictionary<string, string> _targets = [];
    private readonly ShardHomes _homes = new(time);
    private Akka.Cluster.Cluster? _cluster;
    private bool _underWay;

    private Akka.Cluster.Cluster Cluster => _cluster ?? throw new InvalidOperationException("The strategy has not been started.");

    /// <inheritdoc/>
    public void Start(ActorSystem system) => _cluster = Akka.Cluster.Cluster.Get(system);

    /// <inheritdoc/>
    public Task<IActorRef> AllocateShard(
        IActorRef requester, string shardId, IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations)
    {
        var regions = Regions(currentShardAllocations);
        var usable = regions.Where(region => IsUsable(region.Member)).ToList();
        if (usable.Count == 0)
        {
            // Akka wants an answer: whoever will be gone in a moment gives it back.
            return Task.FromResult(currentShardAllocations.ContainsKey(requester) ? requester : currentShardAllocations.Keys.FirstOrDefault() ?? requester);
        }

        if (!_targets.Remove(shardId, out var address) || !usable.Exists(region => region.Address == address))
        {
            Note(regions);
            address = PlacementPlanner.Allocate(NumberOf(shardId), [.. usable.Select(NodeOf)], CostsOf(usable).Costs);
        }

        return Task.FromResult(usable.First(region => region.Address == address).Ref);
    }

    /// <inheritdoc/>
    public Task<IImmutableSet<string>> Rebalance(
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations, IImmutableSet<string> rebalanceInProgress)
    {
        var regions = Regions(currentShardAllocations);
        Note(regions);
        if (rebalanceInProgress.Count > 0 || regions.Count < currentShardAllocations.Count || !IsCalm() || !regions.TrueForAll(region => IsUsable(region.Member))
            || !board.MayMove(role, pipeline, 2 * settings.ReportEvery))
        {
            return Task.FromResult(Nothing);
        }

        var (costs, isSettled) = CostsOf(regions);
        if (!isSettled)
        {
            return Task.FromResult(Nothing);
        }

        var limits = new PlacementLimits(settings.Threshold, settings.MostMoves);
        var moves = PlacementPlanner.Rebalance([.. regions.Select(NodeOf)], costs, limits, _underWay);
        _underWay = moves.Count > 0 && moves.Count == limits.MovesOf(regions.Sum(region => region.Shards.Count));
        _targets.Clear();
        if (moves.Count == 0)
        {
            return Task.FromResult(Nothing);
        }

        board.Moved(role, pipeline);
        foreach (var move in moves)
        {
            _targets.Add(BucketMessageExtractor.NameOf(move.Shard), move.To);
        }

        Cluster.System.Log.Info(
            "{0}: {1} shards move: {2}", pipeline, moves.Count,
            string.Join(", ", moves.GroupBy(move => (move.From, move.To)).Select(way => $"{way.Count()} from {way.Key.From} to {way.Key.To}")));
        return Task.FromResult<IImmutableSet<string>>([.. _targets.Keys]);
    }

    /// <summary>Nobody of the role comes, goes or is out of reach, and all run the same program: in a rolling restart shards would move twice.</summary>
    private bool IsCalm()
    {
        var state = Cluster.State;
        var members = state.Members.Where(member => member.HasRole(role)).ToList();
        return state.Unreachable.Count == 0
            && members.TrueForAll(member => member.Status == MemberStatus.Up && member.AppVersion.Equals(members[0].AppVersion));
    }

    private bool IsUsable(Member member) => member.Status == MemberStatus.Up && !Cluster.State.Unreachable.Contains(member);

    private List<Region> Regions(IImmutableDictionary<IActorRef, IImmutableList<string>> allocations)
    {
        var members = Cluster.State.Members.ToDictionary(member => member.Address);
        var regions = new List<Region>();
        foreach (var (region, shards) in allocations)
        {
            var address = region.Path.Address.HasLocalScope ? Cluster.SelfAddress : region.Path.Address;

            // One that the cluster does not know yet, or no more, is passed over.
            if (members.TryGetValue(address, out var member))
            {
                regions.Add(new Region(region, member, shards));
            }
        }

        return regions;
    }

    private void Note(IEnumerable<Region> regions) =>
        _homes.Note(regions.SelectMany(region => region.Shards.Select(shard => (NumberOf(shard), region.Address, region.Member.UniqueAddress.Uid))));

    /// <summary>What shards cost, and whether the nodes have said of each whether it has a bucket. A report may have been on its way when a shard came: the one after
    /// it counts. Without that a shard that has just come would count as what it might do, and others would make room for it.</summary>
    private (ShardCosts Costs, bool IsSettled) CostsOf(IEnumerable<Region> regions)
    {
        var idle = new HashSet<int>();
        var isSettled = true;
        foreach (var region in regions)
        {
            var (shards, areSettled) = board.IdleOf(
                region.Address, region.Member.UniqueAddress.Uid, pipeline, [.. region.Shards.Select(NumberOf).Select(shard => (shard, _homes.Since(shard)))],
                settings.ReportEvery);
            idle.UnionWith(shards);
            isSettled &= areSettled;
        }

        return (board.CostsOf(pipeline).WithIdle(idle), isSettled);
    }

    private PlacementNode NodeOf(Region region) => board.NodeOf(
        region.Address, region.Member.UniqueAddress.Uid, role, pipeline, [.. region.Shards.Select(NumberOf)]);

    private static int NumberOf(string shard) => int.Parse(shard, NumberStyles.None, CultureInfo.InvariantCulture);

    private sealed record Region(IActorRef Ref, Member Member, IImmutableList<string> Shards)
    {
        internal string Address { get; } = Member.Address.ToString();
    }
}

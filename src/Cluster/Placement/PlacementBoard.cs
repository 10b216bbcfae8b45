using StreamLearn.Cluster.Membership;

namespace StreamLearn.Cluster.Placement;

/// <summary>The newest report of each node, and the last cost known of each shard. One on every node with learners, as any of them may come to place
/// shards. Thread-safe.</summary>
/// <param name="time">The clock.</param>
/// <param name="lifetime">Time after which a report counts no more.</param>
internal sealed class PlacementBoard(TimeProvider time, TimeSpan lifetime)
{
    /// <summary>Time after which no report of a node that is gone can come any more.</summary>
    internal static readonly TimeSpan MostUnderWay = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Address, int Uid), HeldReport> _nodes = [];

    // Nodes that are gone, and since when. A life of a node does not come back; a report of it may still be under way.
    private readonly Dictionary<(string Address, int Uid), long> _gone = [];

    // Kept while a shard moves: where it comes to, nobody knows it for a while.
    private readonly Dictionary<string, Dictionary<int, double>> _costs = [];

    // As of the last report: a coordinator that starts asks once for each shard.
    private readonly Dictionary<string, ShardCosts> _asOf = [];

    private (string Role, string Pipeline, long At)? _turn;

    /// <summary>Takes a report, or a part of one. What is older than what is there is dropped, and so is what comes of a node that is gone.</summary>
    internal void Accept(NodeReport part)
    {
        lock (_lock)
        {
            var id = (part.Address, part.Uid);
            if (_gone.ContainsKey(id))
            {
                return;
            }

            if (!_nodes.TryGetValue(id, out var held))
            {
                held = new HeldReport();
                _nodes.Add(id, held);
            }

            if (!held.Add(part, time.GetTimestamp()))
            {
                return;
            }

            _asOf.Clear();
            foreach (var pipeline in held.Pipelines)
            {
                if (!_costs.TryGetValue(pipeline.Pipeline, out var known))
                {
                    known = [];
                    _costs.Add(pipeline.Pipeline, known);
                }

                for (var i = 0; i < pipeline.Shards.Count; i++)
                {
                    if (!float.IsNaN(pipeline.Costs[i]))
                    {
                        known[pipeline.Shards[i]] = CostOf(pipeline.Costs[i]);
                    }
                }
            }
        }
    }

    /// <summary>A node is gone.</summary>
    internal void Forget(string address, int uid)
    {
        lock (_lock)
        {
            foreach (var (id, _) in _gone.Where(gone => time.GetElapsedTime(gone.Value) > MostUnderWay).ToList())
            {
                _gone.Remove(id);
            }

            _nodes.Remove((address, uid));
            _gone[(address, uid)] = time.GetTimestamp();
        }
    }

    /// <summary>Whether there is a report of the node that still counts.</summary>
    internal bool Knows(string address, int uid)
    {
        lock (_lock)
        {
            return Fresh(address, uid) is not null;
        }
    }

    /// <summary>A node as the planner sees it for a pipeline.</summary>
    /// <param name="address">The node's address.</param>
    /// <param name="uid">Which life of it.</param>
    /// <param name="role">The role that the pipeline runs on; what the node does in other roles does not count.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="shards">Its shards that the node has.</param>
    internal PlacementNode NodeOf(string address, int uid, string role, string pipeline, IReadOnlyList<int> shards)
    {
        lock (_lock)
        {
            if (Fresh(address, uid) is not { } report)
            {
                return new PlacementNode(address, null, 0, shards);
            }

            var others = report.Pipelines.Where(other => other.Role == role && other.Pipeline != pipeline).Sum(other =>
            {
                var costs = Costs(other.Pipeline);
                return other.Shards.Sum(costs.Of);
            });
            return new PlacementNode(address, role == NodeRole.LearnerGpu ? Math.Max(1, report.Devices) : report.Threads, others, shards);
        }
    }

    /// <summary>What the shards of a pipeline cost. Where none is known, as much as those of other pipelines on average; where none is known of these, 1.</summary>
    internal ShardCosts CostsOf(string pipeline)
    {
        lock (_lock)
        {
            return Costs(pipeline);
        }
    }

    /// <summary>Of shards that a node has, those that have no bucket there, as far as is known: nobody has spoken to one, or all have ended.</summary>
    /// <param name="address">The node's address.</param>
    /// <param name="uid">Which life of it.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="shards">Its shards there, and since when each is, by the clock's timestamp.</param>
    /// <param name="settling">What comes of the node so long after that speaks of a shard, or there is nothing to say of it.</param>
    /// <returns>The shards, and whether all is known: the last report of the node speaks of every shard that it has.</returns>
    internal (IReadOnlyList<int> Idle, bool IsSettled) IdleOf(
        string address, int uid, string pipeline, IReadOnlyList<(int Shard, long Since)> shards, TimeSpan settling)
    {
        lock (_lock)
        {
            if (Fresh(address, uid) is not { } report)
            {
                return ([], shards.Count == 0);
            }

            var withBuckets = report.Pipelines.Where(one => one.Pipeline == pipeline).SelectMany(one => one.Shards).ToHashSet();
            var settled = shards.Where(shard => time.GetElapsedTime(shard.Since, report.At) >= settling).ToList();
            return ([.. settled.Where(shard => !withBuckets.Contains(shard.Shard)).Select(shard => shard.Shard)], settled.Count == shards.Count);
        }
    }

    /// <summary>Whether a pipeline may move shards: another that shares its nodes and has moved some less than <paramref name="rest"/> ago goes first, so that
    /// two do not fill the same empty node at once. All who ask are on one node: the oldest of the role.</summary>
    internal bool MayMove(string role, string pipeline, TimeSpan rest)
    {
        lock (_lock)
        {
            return _turn is not { } turn || turn.Pipeline == pipeline || turn.Role != role || time.GetElapsedTime(turn.At) >= rest;
        }
    }

    /// <summary>A pipeline moves shards.</summary>
    internal void Moved(string role, string pipeline)
    {
        lock (_lock)
        {
            _turn = (role, pipeline, time.GetTimestamp());
        }
    }

    /// <summary>A shard that does nothing is not free: its keys take memory, and one record a minute is no reason to move.</summary>
    private static double CostOf(float measured) => measured + MeasuredAllocation.CostOfBeing;

    private ShardCosts Costs(string pipeline)
    {
        if (!_asOf.TryGetValue(pipeline, out var costs))
        {
            costs = _costs.TryGetValue(pipeline, out var known) && known.Count > 0
                ? new ShardCosts(new Dictionary<int, double>(known))
                : new ShardCosts(new Dictionary<int, double>(), _costs.Values.SelectMany(shards => shards.Values).DefaultIfEmpty(1).Average());
            _asOf.Add(pipeline, costs);
        }

        return costs;
    }

    private HeldReport? Fresh(string address, int uid) =>
        _nodes.TryGetValue((address, uid), out var held) && held.IsWhole && time.GetElapsedTime(held.At) <= lifetime ? held : null;
}

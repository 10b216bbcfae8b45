using StreamLearn.Cluster.Placement;

namespace StreamLearn.Cluster.Tests.Placement;

/// <summary>Nodes with shards, for the planner alone: moves are carried out at once.</summary>
internal sealed class PlacementWorld
{
    private readonly List<(string Address, double Capacity, double Other)> _nodes;
    private readonly Dictionary<int, string> _places = [];

    internal PlacementWorld(IEnumerable<double> capacities, Dictionary<int, double> costs, Func<int, double>? other = null)
    {
        _nodes = [.. capacities.Select((capacity, i) => ($"node-{i:d3}", capacity, other?.Invoke(i) ?? 0))];
        Costs = costs;
    }

    internal Dictionary<int, double> Costs { get; set; }

    internal IReadOnlyList<PlacementNode> Nodes =>
        [.. _nodes.Select(node => new PlacementNode(
            node.Address, node.Capacity, node.Other, [.. _places.Where(place => place.Value == node.Address).Select(place => place.Key)]))];

    internal IReadOnlyList<int> Counts => [.. Nodes.Select(node => node.Shards.Count)];

    internal double MaxLoad => Nodes.Max(node => (node.OtherLoad + node.Shards.Sum(shard => Costs[shard])) / node.Capacity!.Value);

    internal void Put(int shard, int node) => _places[shard] = _nodes[node].Address;

    internal void AllocateAll()
    {
        foreach (var shard in Costs.Keys)
        {
            _places[shard] = PlacementPlanner.Allocate(shard, Nodes, new ShardCosts(Costs));
        }
    }

    internal void Join(double capacity) => _nodes.Add(($"node-{_nodes.Count:d3}", capacity, 0));

    /// <summary>Makes a plan and carries it out.</summary>
    internal IReadOnlyList<PlacementMove> Rebalance(PlacementLimits limits, bool underWay)
    {
        var moves = PlacementPlanner.Rebalance(Nodes, new ShardCosts(Costs), limits, underWay);
        foreach (var move in moves)
        {
            Assert.Equal(move.From, _places[move.Shard]);
            Assert.NotEqual(move.From, move.To);
            _places[move.Shard] = move.To;
        }

        return moves;
    }

    /// <summary>Rounds until one moves nothing, as a coordinator would; fails when they do not end.</summary>
    internal int Settle(PlacementLimits limits)
    {
        var (rounds, underWay) = (0, false);
        var most = limits.MovesOf(Costs.Count);
        var bound = 10 + (4 * Costs.Count / most);
        while (true)
        {
            var before = MaxLoad;
            var moves = Rebalance(limits, underWay);
            Assert.True(moves.Count <= most, $"{moves.Count} moves at a time; expected at most {most}.");
            Assert.True(MaxLoad <= before * (1 + 1e-9), $"The largest load rose from {before} to {MaxLoad}.");
            if (moves.Count == 0)
            {
                return rounds;
            }

            underWay = moves.Count == most;
            rounds++;
            Assert.True(rounds <= bound, $"Still moving after {rounds} rounds; expected an end within {bound}.");
        }
    }
}

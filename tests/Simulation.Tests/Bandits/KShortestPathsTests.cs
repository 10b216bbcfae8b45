using FsCheck.Xunit;
using StreamLearn.Simulation.Bandits;
using StreamLearn.Simulation.Networks;
using StreamLearn.Simulation.Tests.Networks;

namespace StreamLearn.Simulation.Tests.Bandits;

public sealed class KShortestPathsTests
{
    /// <summary>A square 0-1-2-3 with a dear diagonal 0-2.</summary>
    private static readonly Topology Square = Graphs.OfCables(4, (0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 0, 3), (0, 2, 5));
    private static readonly Topology European = Topology.European();

    [Fact]
    public void Given_a_square_then_the_paths_come_by_weight()
    {
        var paths = KShortestPaths.Find(Square, 0, 2, 3);

        Assert.Equal(["n0>n1 n1>n2", "n0>n3 n3>n2", "n0>n2"], Names(Square, paths));
    }

    [Fact]
    public void Given_fewer_paths_than_wanted_then_all_of_them_and_none_where_there_is_none()
    {
        var parts = Graphs.OfCables(4, (0, 1, 1), (2, 3, 1));

        Assert.Equal(3, KShortestPaths.Find(Square, 0, 2, 100).Count);
        Assert.Single(KShortestPaths.Find(parts, 0, 1, 5));
        Assert.Empty(KShortestPaths.Find(parts, 0, 2, 5));
    }

    [Fact]
    public void Given_paths_of_the_same_weight_then_the_one_over_the_lower_link_comes_first()
    {
        var even = Graphs.OfCables(4, (0, 2, 1), (2, 3, 1), (0, 1, 1), (1, 3, 1), (0, 3, 2));

        var names = Names(even, KShortestPaths.Find(even, 0, 3, 3));

        Assert.Equal(["n0>n2 n2>n3", "n0>n1 n1>n3", "n0>n3"], names);
    }

    [Property(MaxTest = 300)]
    public bool Given_any_network_then_the_paths_are_those_of_a_search_of_all_paths(ulong seed, byte wanted)
    {
        var topology = Graphs.Random(seed);
        var count = 1 + wanted % 20;
        for (var pair = 0; pair < topology.Nodes.Count * topology.Nodes.Count; pair++)
        {
            var (source, destination) = Math.DivRem(pair, topology.Nodes.Count);
            if (source == destination)
                continue;
            var found = KShortestPaths.Find(topology, source, destination, count);
            var all = AllPaths(topology, source, destination, double.PositiveInfinity);
            if (!Names(topology, found).SequenceEqual(Names(topology, all.Take(count))))
                return false;
        }

        return true;
    }

    [Theory]
    [InlineData("Amsterdam", "Rome")]
    [InlineData("Glasgow", "Athens")]
    [InlineData("Madrid", "Oslo")]
    [InlineData("Stockholm", "Barcelona")]
    public void Given_the_European_network_then_the_paths_are_those_of_a_search_of_all_paths(string from, string to)
    {
        var (source, destination) = (European.Nodes.ToList().IndexOf(from), European.Nodes.ToList().IndexOf(to));

        var found = KShortestPaths.Find(European, source, destination, 25);

        Assert.Equal(25, found.Count);
        var all = AllPaths(European, source, destination, Weight(European, found[^1]));
        Assert.Equal(Names(European, all.Take(25)), Names(European, found));
        Assert.Equal(new ShortestPathRouting(European).PathOf(source, destination).ToArray(), found[0]);
    }

    [Fact]
    public void Given_nodes_or_a_count_that_make_no_sense_then_an_error()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => KShortestPaths.Find(Square, -1, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => KShortestPaths.Find(Square, 0, 4, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => KShortestPaths.Find(Square, 0, 2, 0));
        Assert.Throws<ArgumentException>(() => KShortestPaths.Find(Square, 2, 2, 1));
    }

    /// <summary>All paths without loops up to a weight, by weight and then by links; depth first.</summary>
    private static IEnumerable<List<int>> AllPaths(Topology topology, int source, int destination, double mostWeight)
    {
        var all = new List<List<int>>();
        var path = new List<int>();
        var passed = new bool[topology.Nodes.Count];
        Walk(source);
        return all.OrderBy(links => Weight(topology, links))
            .ThenBy(links => links, Comparer<List<int>>.Create((a, b) => a.ToArray().AsSpan().SequenceCompareTo(b.ToArray())));

        void Walk(int node)
        {
            if (Weight(topology, path) > mostWeight)
                return;
            if (node == destination)
            {
                all.Add([.. path]);
                return;
            }

            passed[node] = true;
            foreach (var link in topology.Links)
            {
                if (link.Source != node || passed[link.Destination])
                    continue;
                path.Add(link.Index);
                Walk(link.Destination);
                path.RemoveAt(path.Count - 1);
            }

            passed[node] = false;
        }
    }

    private static double Weight(Topology topology, IEnumerable<int> path) => path.Sum(link => topology.Links[link].Weight);

    private static IEnumerable<string> Names(Topology topology, IEnumerable<IReadOnlyList<int>> paths) =>
        paths.Select(path => string.Join(' ', topology.Names([.. path])));
}

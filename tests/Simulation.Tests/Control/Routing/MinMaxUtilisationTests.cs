using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Bandits;
using StreamLearn.Simulation.Control.Routing;
using StreamLearn.Simulation.Tests.Networks;

namespace StreamLearn.Simulation.Tests.Control.Routing;

public sealed class MinMaxUtilisationTests
{
    private const int Paths = 3;

    [Fact]
    public void Given_two_ways_of_different_capacity_then_the_demand_is_split_in_proportion()
    {
        var problem = new MinMaxUtilisation([[0], [1]], 2, [30, 10]);
        var shares = new double[2];

        Assert.Equal(0.5, problem.Solve([20], [0, 0], [true, true], shares), 1e-12);
        Assert.Equal(0.75, shares[0], 1e-12);
        Assert.Equal(0.25, shares[1], 1e-12);
    }

    [Fact]
    public void Given_background_or_a_path_that_is_down_then_the_rest_is_used()
    {
        var problem = new MinMaxUtilisation([[0], [1]], 2, [30, 10]);
        var shares = new double[2];

        // (6 + x) / 30 = (20 - x) / 10.
        Assert.Equal(0.65, problem.Solve([20], [6, 0], [true, true], shares), 1e-12);
        Assert.Equal(13.5 / 20, shares[0], 1e-12);

        Assert.Equal(2, problem.Solve([20], [6, 0], [false, true], shares), 1e-12);
        Assert.Equal([0.0, 1], shares);

        Assert.Equal(0.2, problem.Solve([20], [6, 0], [false, false], shares), 1e-12);
        Assert.Equal([0.0, 0], shares);
    }

    /// <summary>Three demands in a network of 5 nodes and 7 cables, each with 3 paths, some down: no split of a fine grid is better, and the best of them is near.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Given_a_small_network_then_no_split_of_a_fine_grid_is_better_and_the_best_of_them_is_hardly_worse(ulong seed)
    {
        const int Grid = 8;
        var random = new Xoshiro256(seed);
        var topology = Graphs.OfCables(5, (0, 1, 2), (1, 2, 2), (2, 3, 2), (3, 4, 2), (4, 0, 2), (0, 2, 3), (1, 3, 3));
        int[][] links = [.. new[] { (0, 3), (1, 4), (2, 0) }
            .SelectMany(pair => KShortestPaths.Find(topology, pair.Item1, pair.Item2, Paths)).Select(path => path.ToArray())];
        double[] capacities = [.. topology.Links.Select(_ => 50 + 100 * random.NextDouble())];
        var problem = new MinMaxUtilisation(links, Paths, capacities);
        var shares = new double[links.Length];
        var thirds = Thirds(Grid).ToArray();
        for (var repeat = 0; repeat < 10; repeat++)
        {
            double[] rates = [40 * random.NextDouble(), 40 * random.NextDouble(), 40 * random.NextDouble()];
            double[] background = [.. capacities.Select(capacity => 0.3 * capacity * random.NextDouble())];
            bool[] isUp = [.. links.Select((_, path) => path % Paths == repeat % Paths || random.NextDouble() < 0.8)];

            var found = problem.Solve(rates, background, isUp, shares);

            Assert.Equal(found, Highest(shares, rates, background), 1e-9);
            for (var demand = 0; demand < rates.Length; demand++)
                Assert.Equal(1, shares[demand * Paths] + shares[demand * Paths + 1] + shares[demand * Paths + 2], 1e-12);
            Assert.All(shares.Zip(isUp), share => Assert.InRange(share.First, 0, share.Second ? 1 : 0));

            var best = double.PositiveInfinity;
            foreach (var a in Of(0))
            {
                foreach (var b in Of(1))
                {
                    foreach (var c in Of(2))
                        best = Math.Min(best, Highest([.. a, .. b, .. c], rates, background));
                }
            }

            // Moving a share by 1/16, half a step of the grid, changes a link by at most 40 / 16 / 50 per demand.
            Assert.InRange(best, found - 1e-12, found + 3 * 40.0 / 16 / 50);

            IEnumerable<double[]> Of(int demand) =>
                thirds.Where(split => split.Select((share, path) => share == 0 || isUp[demand * Paths + path]).All(allowed => allowed));
        }

        double Highest(double[] split, double[] rates, double[] background)
        {
            var loads = background.ToArray();
            for (var path = 0; path < split.Length; path++)
            {
                foreach (var link in links[path])
                    loads[link] += split[path] * rates[path / Paths];
            }

            return loads.Zip(capacities, (load, capacity) => load / capacity).Max();
        }
    }

    private static IEnumerable<double[]> Thirds(int grid)
    {
        for (var a = 0; a <= grid; a++)
        {
            for (var b = 0; a + b <= grid; b++)
                yield return [(double)a / grid, (double)b / grid, (double)(grid - a - b) / grid];
        }
    }
}

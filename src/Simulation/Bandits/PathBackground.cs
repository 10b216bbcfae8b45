using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Bandits;

/// <summary>
/// What all others send in <see cref="PathChoiceWorld"/> unless told otherwise: <see cref="CyclicDemands"/> between all nodes by gravity,
/// and more between neighbours. Every pair has its peak at an hour of its own (offices by day, homes in the evening, backups at night), so
/// that the neighbours' part makes another path the best at another hour; gravity's part, a sum over many pairs, is nearly even.
/// </summary>
internal static class PathBackground
{
    private const ulong NeighbourStream = 0x6E65696768;

    /// <summary>Mean utilisation of the busiest link by gravity alone.</summary>
    private const double GravityUtilisation = 0.1;

    /// <summary>Bounds of the mean demand from a node to its neighbour, as a fraction of the capacity of the link; uniform.</summary>
    private static readonly (double Least, double Most) NeighbourShare = (0.3, 0.5);

    public static CyclicDemands Draw(Topology topology, ulong seed)
    {
        var random = new Xoshiro256(seed ^ NeighbourStream);
        var gravity = new CyclicDemands(topology, new CyclicDemandsOptions { Seed = seed, BusiestUtilisation = GravityUtilisation });
        var means = gravity.MeanMegabits.ToArray();
        foreach (var link in topology.Links)
        {
            var share = NeighbourShare.Least + (NeighbourShare.Most - NeighbourShare.Least) * random.NextDouble();
            means[link.Source * topology.Nodes.Count + link.Destination] += share * link.CapacityKilobits / 1000;
        }

        return new CyclicDemands(topology, new CyclicDemandsOptions
        {
            Seed = seed,
            BaseMegabits = means,
            Cycles = [new(24, 0.8, 15), new(168, 0.1, 60)],
            AmplitudeJitter = 0.25,
            PhaseJitter = 0.5,
            LeastNoise = 0.05,
            MostNoise = 0.4,
            NoiseMemory = 0.9,
        });
    }
}

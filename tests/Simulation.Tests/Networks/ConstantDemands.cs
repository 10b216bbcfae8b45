using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Tests.Networks;

/// <summary>The same demands in every bin.</summary>
internal sealed class ConstantDemands(params double[] megabits) : IDemandSource
{
    public int Nodes => (int)Math.Sqrt(megabits.Length);

    public DateTimeOffset Start => LinkLoads.AbileneStart;

    public IEnumerable<ReadOnlyMemory<double>> ReadBins()
    {
        while (true)
            yield return megabits;
    }
}

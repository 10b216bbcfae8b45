using StreamLearn.Simulation.Networks;

namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>Demands that end where the user interrupts.</summary>
internal sealed class InterruptibleDemands(IDemandSource demands, CancellationToken cancellation) : IDemandSource
{
    public int Nodes => demands.Nodes;

    public DateTimeOffset Start => demands.Start;

    public IEnumerable<ReadOnlyMemory<double>> ReadBins()
    {
        foreach (var bin in demands.ReadBins())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return bin;
        }
    }
}

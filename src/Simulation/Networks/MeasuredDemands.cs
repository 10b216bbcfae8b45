namespace StreamLearn.Simulation.Networks;

/// <summary>Measured traffic matrices from files in order of time: each goes on where the one before ends.</summary>
public sealed class MeasuredDemands : IDemandSource
{
    private readonly TrafficMatrixFile[] _files;

    /// <param name="files">Files as <see cref="TrafficMatrixFile"/> reads them.</param>
    /// <param name="nodes">N, the nodes of the network.</param>
    /// <param name="start">The beginning of the first bin; <see cref="LinkLoads.AbileneStart"/> if not given.</param>
    /// <param name="megabitsPerUnit">What a 1 in the files is in Mbit/s.</param>
    public MeasuredDemands(
        IEnumerable<string> files, int nodes, DateTimeOffset? start = null, double megabitsPerUnit = TrafficMatrixFile.AbileneUnit)
    {
        ArgumentNullException.ThrowIfNull(files);
        _files = [.. files.Select(file => new TrafficMatrixFile(file, nodes, megabitsPerUnit))];
        Nodes = nodes;
        Start = start ?? LinkLoads.AbileneStart;
    }

    /// <inheritdoc/>
    public int Nodes { get; }

    /// <inheritdoc/>
    public DateTimeOffset Start { get; }

    /// <inheritdoc/>
    /// <exception cref="SimulationDataException">A file is not one of traffic matrices; the message says where.</exception>
    public IEnumerable<ReadOnlyMemory<double>> ReadBins() => _files.SelectMany(file => file.ReadBins());
}

namespace StreamLearn.Cluster.Placement;

/// <summary>The newest whole report of a node, and the parts that have come of the one after it.</summary>
internal sealed class HeldReport
{
    private NodeReport?[] _coming = [];
    private long _comingNumber = long.MinValue;
    private long _number = long.MinValue;
    private NodeReport? _whole;

    internal bool IsWhole => _whole is not null;

    internal int Threads => _whole!.Threads;

    internal int Devices => _whole!.Devices;

    internal IReadOnlyList<PipelineCosts> Pipelines { get; private set; } = [];

    /// <summary>When it came, by the clock's timestamp.</summary>
    internal long At { get; private set; }

    /// <summary>Takes a part.</summary>
    /// <returns>Whether a report is whole with it.</returns>
    internal bool Add(NodeReport part, long now)
    {
        if (part.Number <= _number || part.Number < _comingNumber)
        {
            return false;
        }

        if (part.Number > _comingNumber || part.Parts != _coming.Length)
        {
            _comingNumber = part.Number;
            _coming = new NodeReport?[part.Parts];
        }

        _coming[part.Part] = part;
        if (Array.Exists(_coming, other => other is null))
        {
            return false;
        }

        _number = part.Number;
        _whole = part;
        Pipelines = [.. _coming.SelectMany(other => other!.Pipelines)];
        _coming = [];
        At = now;
        return true;
    }
}

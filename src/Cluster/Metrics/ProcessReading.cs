namespace StreamLearn.Cluster.Metrics;

/// <summary>What a process takes of its machine; memory in bytes.</summary>
internal sealed record ProcessReading
{
    /// <summary>Processor time since its start.</summary>
    internal required double CpuSeconds { get; init; }

    /// <summary>Processors that it kept busy since the reading before.</summary>
    internal required double CpuCores { get; init; }

    /// <summary>Physical memory.</summary>
    internal required long WorkingSet { get; init; }

    /// <summary>Objects of .NET.</summary>
    internal required long Managed { get; init; }

    /// <summary>What the garbage collector holds.</summary>
    internal required long Committed { get; init; }

    /// <summary>Bytes of all objects made since its start.</summary>
    internal required long Allocated { get; init; }

    /// <summary>Garbage collections.</summary>
    internal required int Collections { get; init; }

    /// <summary>Time in which they stopped everything.</summary>
    internal required double PauseSeconds { get; init; }

    /// <summary>Threads of the pool.</summary>
    internal required int Threads { get; init; }

    /// <summary>Live tensors of Torch.</summary>
    internal required long Tensors { get; init; }
}

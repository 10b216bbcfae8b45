using StreamLearn.Learners.Torch;

namespace StreamLearn.Cluster.Metrics;

/// <summary>What this process takes of its machine. For one thread at a time.</summary>
/// <param name="time">The clock that processor time is set against.</param>
internal sealed class ProcessUsage(TimeProvider time)
{
    private readonly GpuMemory _gpus = new();
    private TimeSpan _cpu = Environment.CpuUsage.TotalTime;
    private long _readAt = time.GetTimestamp();

    /// <summary>What it takes now.</summary>
    internal ProcessReading Read()
    {
        var (cpu, now) = (Environment.CpuUsage.TotalTime, time.GetTimestamp());
        var elapsed = time.GetElapsedTime(_readAt, now);
        var cores = elapsed > TimeSpan.Zero ? (cpu - _cpu) / elapsed : double.NaN;
        (_cpu, _readAt) = (cpu, now);
        return new ProcessReading
        {
            CpuSeconds = cpu.TotalSeconds,
            CpuCores = cores,
            WorkingSet = Environment.WorkingSet,
            Managed = GC.GetTotalMemory(forceFullCollection: false),
            Committed = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes,
            Allocated = GC.GetTotalAllocatedBytes(),

            // What collects a generation collects the younger ones with it, and is counted with these too.
            Collections = GC.CollectionCount(0),
            PauseSeconds = GC.GetTotalPauseDuration().TotalSeconds,
            Threads = ThreadPool.ThreadCount,
            Tensors = TorchRuntime.LiveTensors,
        };
    }

    /// <summary>The GPUs of the machine; none where NVIDIA's driver is not there.</summary>
    internal IReadOnlyList<GpuReading> Gpus() => _gpus.Read();
}

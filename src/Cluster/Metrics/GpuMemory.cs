using System.Runtime.InteropServices;

namespace StreamLearn.Cluster.Metrics;

/// <summary>Asks NVIDIA's management library, where it is, how much memory of the GPUs is used. Torch knows its own only, and this binding does not tell.</summary>
/// <remarks>Source: NVML API reference: nvmlInit_v2, nvmlDeviceGetCount_v2, nvmlDeviceGetHandleByIndex_v2, nvmlDeviceGetMemoryInfo.</remarks>
internal sealed class GpuMemory
{
    private const int Done = 0;

    private static readonly string Library = OperatingSystem.IsWindows() ? "nvml.dll" : "libnvidia-ml.so.1";

    private readonly HandleByIndex? _handleByIndex;
    private readonly MemoryInfo? _memoryInfo;
    private readonly int _count;

    internal GpuMemory()
    {
        if (!NativeLibrary.TryLoad(Library, out var library)
            || Find<Call>(library, "nvmlInit_v2") is not { } init || init() != Done
            || Find<Count>(library, "nvmlDeviceGetCount_v2") is not { } count || count(out var found) != Done)
        {
            return;
        }

        _handleByIndex = Find<HandleByIndex>(library, "nvmlDeviceGetHandleByIndex_v2");
        _memoryInfo = Find<MemoryInfo>(library, "nvmlDeviceGetMemoryInfo");
        _count = _handleByIndex is null || _memoryInfo is null ? 0 : (int)found;
    }

    private delegate int Call();

    private delegate int Count(out uint count);

    private delegate int HandleByIndex(uint index, out nint device);

    private delegate int MemoryInfo(nint device, out Memory memory);

    /// <summary>The GPUs that answer.</summary>
    internal IReadOnlyList<GpuReading> Read()
    {
        if (_count == 0)
        {
            return [];
        }

        var readings = new List<GpuReading>(_count);
        for (var gpu = 0; gpu < _count; gpu++)
        {
            if (_handleByIndex!((uint)gpu, out var device) == Done && _memoryInfo!(device, out var memory) == Done)
            {
                readings.Add(new GpuReading(gpu, (long)memory.Used, (long)memory.Total));
            }
        }

        return readings;
    }

    private static TDelegate? Find<TDelegate>(nint library, string name)
        where TDelegate : Delegate =>
        NativeLibrary.TryGetExport(library, name, out var address) ? Marshal.GetDelegateForFunctionPointer<TDelegate>(address) : null;

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Memory
    {
        internal readonly ulong Total;
        internal readonly ulong Free;
        internal readonly ulong Used;
    }
}

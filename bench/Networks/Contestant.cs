using TorchSharp;

namespace StreamLearn.Bench.Networks;

/// <summary>One side's loop over steps, and its times.</summary>
/// <param name="loop">Takes so many steps.</param>
/// <param name="torchThreads">Threads that Torch has meanwhile.</param>
internal sealed class Contestant(Action<int> loop, int torchThreads)
{
    // Compiled code is replaced by better code in the background after some dozens of calls: short calls, for long enough.
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(100);

    private int _steps = NetworkData.Count;

    internal StepTimes Times { get; } = new();

    /// <summary>Runs until the code is as fast as it gets, and finds out how many steps fill a round.</summary>
    internal void WarmUp()
    {
        torch.set_num_threads(torchThreads);
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < WarmUpTime)
        {
            loop(NetworkData.Count);
        }

        var time = Time();
        while (time < RoundTime / 4)
        {
            _steps *= 2;
            time = Time();
        }

        _steps = (int)Math.Ceiling(_steps * Math.Max(1, RoundTime / time));
    }

    /// <summary>One round more.</summary>
    internal void Measure()
    {
        torch.set_num_threads(torchThreads);
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var time = Time();
        Times.Add(time.TotalMicroseconds / _steps, (double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / _steps);
    }

    private TimeSpan Time()
    {
        var start = TimeProvider.System.GetTimestamp();
        loop(_steps);
        return TimeProvider.System.GetElapsedTime(start);
    }
}

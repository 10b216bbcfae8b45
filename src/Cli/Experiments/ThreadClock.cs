using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StreamLearn.Cli.Experiments;

/// <summary>Time that the processor has worked for the calling thread, on Linux; elsewhere time that goes by. What others do on the machine does not count.</summary>
internal static partial class ThreadClock
{
    // CLOCK_THREAD_CPUTIME_ID of clock_gettime(2).
    private const int ThreadTime = 3;

    /// <summary>Seconds so far, from some moment on.</summary>
    internal static double Seconds =>
        OperatingSystem.IsLinux() && ClockGetTime(ThreadTime, out var time) == 0
            ? time.Seconds + (time.Nanoseconds * 1e-9)
            : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpecification time);

    private struct TimeSpecification
    {
#pragma warning disable CS0649 // Written by the system.
        internal long Seconds;
        internal long Nanoseconds;
#pragma warning restore CS0649
    }
}

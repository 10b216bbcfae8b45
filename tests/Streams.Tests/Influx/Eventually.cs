using StreamLearn.Streams.Tests.Kafka;

namespace StreamLearn.Streams.Tests.Influx;

/// <summary>Waits for a condition that nobody signals.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<bool> holds, string phase, Func<string> actual)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var started = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < 4 * Waits.Patience,
                $"{phase}: expected it within {4 * Waits.Patience.TotalSeconds} s, got {actual()}.");
            await timer.WaitForNextTickAsync();
        }
    }
}

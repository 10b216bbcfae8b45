namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>Waits for events, whose failures say what was waited for.</summary>
internal static class Waits
{
    /// <summary>What any single wait may take; reaching it fails the test.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task<T> Within<T>(this Task<T> task, string phase, string expected, Func<string>? actual = null)
    {
        await ((Task)task).Within(phase, expected, actual);
        return await task;
    }

    public static async Task Within(this Task task, string phase, string expected, Func<string>? actual = null)
    {
        try
        {
            await task.WaitAsync(Patience);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            Assert.Fail($"{phase}: expected {expected} within {Patience.TotalSeconds} s, got {actual?.Invoke() ?? "nothing"}.");
        }
    }
}

namespace StreamLearn.Cli.Demos;

/// <summary>Notices when a count that should grow has not for a minute.</summary>
/// <param name="time">Clock of the wait.</param>
internal sealed class StandstillWatch(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private long _count = -1;
    private long _since;

    /// <summary>Takes note of the count.</summary>
    /// <param name="count">How far it is.</param>
    /// <param name="of">How far it is to go.</param>
    /// <param name="what">What is counted.</param>
    /// <exception cref="TimeoutException">It stands still.</exception>
    internal void See(long count, long of, string what)
    {
        if (count != _count)
        {
            (_count, _since) = (count, time.GetTimestamp());
        }
        else if (time.GetElapsedTime(_since) > Longest)
        {
            throw new TimeoutException($"the pipeline stands still: {count} of {of} {what}, none for {Longest.TotalSeconds:0} s.");
        }
    }
}

namespace StreamLearn.Actors.Pipelines;

/// <summary>How long to wait before something is tried again: 200 ms at first, then twice as long each time, 10 s at most.</summary>
internal sealed class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private TimeSpan _next = First;

    /// <summary>The wait now.</summary>
    internal TimeSpan Next()
    {
        var now = _next;
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return now;
    }

    /// <summary>Starts again, after success.</summary>
    internal void Reset() => _next = First;
}

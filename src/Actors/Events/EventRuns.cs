namespace StreamLearn.Actors.Events;

/// <summary>
/// Cuts records into runs of about continuous event time. A topic that was written without keys has stretches of one partition's records in another: within a
/// batch, event time then jumps by what was written in between, and what comes behind the jump is not to be copied before its time.
/// </summary>
internal static class EventRuns
{
    /// <summary>The lengths of the runs: a step is a jump where it is longer than half of all other steps of its run together.</summary>
    /// <param name="times">Event times in the order of the log, ms since 1970.</param>
    internal static IReadOnlyList<int> Lengths(IReadOnlyList<long> times)
    {
        var lengths = new List<int>();
        Cut(times, 0, times.Count, lengths);
        return lengths;
    }

    private static void Cut(IReadOnlyList<long> times, int from, int to, List<int> lengths)
    {
        // By hand, from the left: each run is looked through once for each cut in it, and few have any.
        while (LongestStep(times, from, to) is { } jump)
        {
            Cut(times, from, jump, lengths);
            from = jump;
        }

        lengths.Add(to - from);
    }

    /// <summary>Where the longest step leads to; null: it is no jump.</summary>
    private static int? LongestStep(IReadOnlyList<long> times, int from, int to)
    {
        var (longest, place, total) = (0.0, from, 0.0);
        for (var i = from + 1; i < to; i++)
        {
            var step = Math.Abs((double)times[i] - times[i - 1]);
            total += step;
            if (step > longest)
            {
                (longest, place) = (step, i);
            }
        }

        return longest > (total - longest) / 2 ? place : null;
    }
}

using Akka.Actor;
using StreamLearn.Actors.Messages;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Pipelines;

/// <summary>Asks the buckets of a pipeline how they stand.</summary>
public static class PipelineReports
{
    // Well below what the smallest frame between nodes holds; a report that alone has more is a page.
    internal const int PageBytes = 64 * 1024;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The reports of the keys of the buckets, at most <paramref name="most"/> of them.</summary>
    /// <exception cref="AskTimeoutException">A bucket did not answer.</exception>
    public static async Task<IReadOnlyList<KeyReport>> CollectAsync(
        PipelineDefinition pipeline, IActorRef buckets, IEnumerable<BucketId> ids, int most = int.MaxValue, CancellationToken cancellation = default)
    {
        var pageKeys = Math.Max(1, PageBytes / pipeline.Plan.ReportBytes);
        var keys = new List<KeyReport>();
        foreach (var id in ids)
        {
            for (var skip = 0; keys.Count < most;)
            {
                var page = await buckets.Ask<BucketReport>(new GetBucketReport(id, skip, Math.Min(pageKeys, most - keys.Count)), AnswerTimeout, cancellation).ConfigureAwait(false);
                keys.AddRange(page.Keys);
                skip += page.Keys.Count;
                if (page.Keys.Count == 0 || skip >= page.TotalKeys)
                {
                    break;
                }
            }
        }

        return keys;
    }
}

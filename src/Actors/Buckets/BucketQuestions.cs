using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Actors.Buckets;

/// <summary>What a bucket answers to those who only want to know: nothing of it changes.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="fleet">The bucket's fleet.</param>
internal sealed class BucketQuestions(PipelineDefinition pipeline, ILearnerFleet fleet)
{
    // Of a key in a list, besides its bytes.
    private const int GlanceBytes = 48;

    /// <summary>The keys whose states an answer needs.</summary>
    internal IReadOnlyList<byte[]> Lacking(IBucketQuestion question) => question switch
    {
        GetBucketReport report => fleet.PassiveAmong(report.Skip, report.Take),
        Predict { Anew: true } predict => fleet.PassiveAmong(predict.Examples, 0),
        Predict predict => fleet.PassiveAmong(KeysOf(predict.Examples)),
        GetKey one => fleet.PassiveAmong([one.Key]),
        _ => [],
    };

    /// <summary>The answer.</summary>
    /// <param name="question">The question.</param>
    /// <param name="lastApplied">Last offset that the bucket has applied.</param>
    /// <param name="keys">Those of <see cref="Lacking"/>.</param>
    /// <param name="states">Their states.</param>
    internal IBucketMessage Answer(IBucketQuestion question, long lastApplied, IReadOnlyList<byte[]> keys, IReadOnlyList<byte[]> states)
    {
        var passive = keys.Zip(states).ToDictionary(key => key.First, key => key.Second);
        return question switch
        {
            GetBucketReport report => Report(report, lastApplied, passive),
            Predict predict => new Predicted(predict.Bucket, lastApplied, Foresee(predict, passive)),
            GetKey one => new KeyDescribed(one.Bucket, lastApplied, fleet.ReportOf(one.Key, passive), fleet.Recall(one.Key, passive)),
            GetBucketKeys some => List(some),
            _ => throw new ArgumentException($"{question.GetType().Name} is no question of a bucket."),
        };
    }

    /// <returns>Of the keys that were asked for the first, as many as go in a message; one at least, where there is one.</returns>
    private BucketReport Report(GetBucketReport request, long lastApplied, Dictionary<byte[], byte[]> passive)
    {
        var reports = fleet.Report(request.Skip, request.Take, passive);
        return new BucketReport(
            request.Bucket, lastApplied, fleet.Keys, [.. reports.Take(Page(reports, report => pipeline.Plan.ReportBytes + report.Key.Length))]);
    }

    private BucketKeys List(GetBucketKeys request)
    {
        var keys = fleet.Glance(request.Skip, request.Take);
        return new BucketKeys(request.Bucket, fleet.Keys, [.. keys.Take(Page(keys, key => GlanceBytes + key.Key.Length))]);
    }

    private static int Page<TKey>(IReadOnlyList<TKey> keys, Func<TKey, int> bytesOf)
    {
        var (count, left) = (0, PipelineReports.PageBytes);
        while (count < keys.Count && (left -= bytesOf(keys[count])) >= 0)
        {
            count++;
        }

        return Math.Max(1, count);
    }

    private Foresight[] Foresee(Predict predict, Dictionary<byte[], byte[]> passive)
    {
        var answers = new Foresight[predict.Examples.Count];
        for (var row = 0; row < answers.Length; row++)
        {
            answers[row] = predict.Anew ? fleet.Foresee(predict.Examples, row, passive) : fleet.Recall(predict.Examples.Key(row), passive);
        }

        return answers;
    }

    private static byte[][] KeysOf(ExampleBatch examples) => [.. Enumerable.Range(0, examples.Count).Select(row => examples.Key(row).ToArray())];
}

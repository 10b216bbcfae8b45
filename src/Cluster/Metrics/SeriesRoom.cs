using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cluster.Metrics;

/// <summary>How many series the instruments of a node may have: exporters keep room for all of them beforehand, and put what is over it into one.</summary>
/// <param name="pipelines">Its pipelines.</param>
/// <param name="keys">Keys that have instruments of their own.</param>
internal sealed class SeriesRoom(IReadOnlyList<PipelineDefinition> pipelines, int keys)
{
    /// <summary>Series of one measure that named keys may have together.</summary>
    internal const int MostOfKeys = 20_000;

    // How many partitions a topic has is not known before it is looked at, nor how many GPUs there are.
    private const int Partitions = 1000;
    private const int Gpus = 64;

    /// <summary>The room of a node.</summary>
    internal static SeriesRoom Of(StreamLearnConfig config) => new(config.Pipelines, config.Metrics.Keys.Named.Count);

    /// <summary>The series of each field of a measurement.</summary>
    internal int Of(MeasurementDefinition measurement)
    {
        var tags = measurement.Tags;
        var series = tags.Contains("gpu") ? Gpus
            : !tags.Contains("pipeline") ? 1
            : Math.Max(1, pipelines.Sum(pipeline => SeriesOf(pipeline, tags)));
        return series * (measurement.IsOfKeys ? Math.Max(1, keys) : 1);
    }

    private static int SeriesOf(PipelineDefinition pipeline, IReadOnlyList<string> tags) =>
        (tags.Contains("learner") ? pipeline.Plan.Learners.Count : 1)
        * (tags.Contains("horizon") ? Math.Max(1, pipeline.Plan.MeasuredHorizons.Count) : 1)
        * (tags.Contains("partition") ? Partitions : 1)
        * (tags.Contains("reason") ? DeadLetterReason.All.Count : 1);
}

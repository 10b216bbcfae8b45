using StreamLearn.Cluster.Metrics;
using StreamLearn.Learners.Measures;

namespace StreamLearn.Cluster.Watching;

/// <summary>What a node has measured of a pipeline at a moment.</summary>
/// <param name="Time">The moment.</param>
/// <param name="Flow">Its records, <see cref="MetricCatalog.OfFlow"/>; null: they are not read here.</param>
/// <param name="Task">Its learners that live here, all together; null: there are none.</param>
/// <param name="Learners">Each of them, the own learner first.</param>
public sealed record PipelineMoment(DateTimeOffset Time, MetricReading? Flow, MetricReading? Task, IReadOnlyList<MetricReading> Learners)
{
    private const int PipelineTag = 1;

    internal static PipelineMoment Of(MetricSnapshot snapshot, string pipeline, string task) => new(
        snapshot.Time, First(snapshot, MetricCatalog.OfFlow, pipeline), First(snapshot, MetricCatalog.OfTask(task, MeasureScope.Pipeline, ofKeys: false), pipeline),
        MetricCatalog.OfTask(task, MeasureScope.Learner, ofKeys: false) is { } learner
            ? [.. snapshot.Of(learner).Where(reading => reading.Tags[PipelineTag] == pipeline)]
            : []);

    private static MetricReading? First(MetricSnapshot snapshot, MeasurementDefinition? measurement, string pipeline) =>
        measurement is null ? null : snapshot.Of(measurement).FirstOrDefault(reading => reading.Tags[PipelineTag] == pipeline);
}

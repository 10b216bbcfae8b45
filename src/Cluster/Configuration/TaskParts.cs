using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Cluster.Configuration;

/// <summary>What a pipeline has of its task.</summary>
/// <param name="Sources">The topics that it reads.</param>
/// <param name="Plan">The task and its learners.</param>
/// <param name="PredictionsTopic">Topic of the predictions; empty: they are not written.</param>
/// <param name="DriftTopic">Topic of the drift alarms; empty: they are not written.</param>
/// <param name="AlertsTopic">Topic of the alerts; empty: they are not written.</param>
internal sealed record TaskParts(
    IReadOnlyList<PipelineSource> Sources, LearnerPlan Plan, string PredictionsTopic, string DriftTopic = "", string AlertsTopic = "");

using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Cluster.Placement;

/// <summary>The roles of nodes that learners live on.</summary>
public static class PipelineRole
{
    /// <summary>Learners on the processor, and on a GPU where one is there and <c>device</c> is <c>auto</c>.</summary>
    public const string Learner = "learner";

    /// <summary>Learners that need a GPU.</summary>
    public const string LearnerGpu = "learner-gpu";

    /// <summary>Both.</summary>
    public static IReadOnlyList<string> All { get; } = [Learner, LearnerGpu];

    /// <summary>The role that a pipeline's learners live on: where one of them, or a rival, has <c>device = cuda</c>, <c>learner-gpu</c>.</summary>
    public static string Of(PipelineDefinition pipeline) => pipeline.Plan.NeedsGpu ? LearnerGpu : Learner;

    /// <summary>The roles that a node needs to run all of the pipelines.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<PipelineDefinition> pipelines) => [.. pipelines.Select(Of).Prepend(Learner).Distinct()];
}

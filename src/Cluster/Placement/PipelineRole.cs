using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Membership;

namespace StreamLearn.Cluster.Placement;

/// <summary>The role of the nodes that a pipeline's learners live on.</summary>
public static class PipelineRole
{
    /// <summary>The roles that learners live on.</summary>
    public static IReadOnlyList<string> All { get; } = [NodeRole.Learner, NodeRole.LearnerGpu];

    /// <summary>Where one of its learners, or a rival, has <c>device = cuda</c>, <c>learner-gpu</c>; else <c>learner</c>: with <c>auto</c> they
    /// take what the node has.</summary>
    public static string Of(PipelineDefinition pipeline) => pipeline.Plan.NeedsGpu ? NodeRole.LearnerGpu : NodeRole.Learner;
}

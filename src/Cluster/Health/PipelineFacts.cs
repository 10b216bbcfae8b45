namespace StreamLearn.Cluster.Health;

/// <summary>What is known of a pipeline on a node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">The role of the nodes that its learners live on.</param>
/// <param name="HasEnded">Whether it runs no more here.</param>
/// <param name="Failure">What made it fail; null: nothing has.</param>
/// <param name="CheckpointProblems">Partitions read here, or <see cref="Actors.Pipelines.PipelineProgress.Averages"/>, whose last checkpoint was not made, with the reason.</param>
/// <param name="IsPaused">Whether an operator has paused it.</param>
internal sealed record PipelineFacts(
    string Name, string Role, bool HasEnded, string? Failure, IReadOnlyDictionary<int, string> CheckpointProblems, bool IsPaused = false);

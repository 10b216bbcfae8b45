using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Cli.Web;

/// <summary>What a pipeline does on this node, in a word: <c>starting</c>, <c>running</c>, <c>paused</c>, <c>ended</c>, or <c>failed</c> with the problem.</summary>
internal static class PipelineState
{
    /// <param name="running">As it runs here; null: the node has not come so far.</param>
    internal static (string State, string? Problem) Of(RunningPipeline? running) => Of(running?.Completion, running?.Progress.Pause.IsPaused == true);

    /// <param name="completion">Ends when the pipeline has stopped; null: it has not started.</param>
    /// <param name="isPaused">Whether an operator has paused it; one that has stopped waits for nobody.</param>
    internal static (string State, string? Problem) Of(Task? completion, bool isPaused) => completion switch
    {
        null => ("starting", null),
        { IsFaulted: true } failed => ("failed", failed.Exception!.GetBaseException().Message),
        { IsCompleted: true } => ("ended", null),
        _ => (isPaused ? "paused" : "running", null),
    };
}

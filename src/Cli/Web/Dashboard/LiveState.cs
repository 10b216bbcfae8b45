using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Watching;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>Where readers of live streams get what they are told.</summary>
/// <param name="config">The node's configuration.</param>
/// <param name="health">Says how the node is.</param>
/// <param name="watch">Says what its pipelines do.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveState(StreamLearnConfig config, NodeHealth health, NodeWatch watch, TimeProvider time)
{
    /// <summary>Whether there is a pipeline of that name; null: any.</summary>
    internal bool Knows(string? pipeline) => pipeline is null || config.Pipelines.Any(configured => configured.Name == pipeline);

    /// <summary>Begins for a reader.</summary>
    internal LiveSession Begin(LiveSelection selection) => new LiveSession(selection, config, health, watch, time);
}

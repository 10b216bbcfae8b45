using Microsoft.Extensions.Hosting;

namespace StreamLearn.Cluster.Nodes;

/// <summary>The node lives as long as its caller wants: signals are the caller's affair, who still asks the learners after Ctrl-C.</summary>
public sealed class CallerLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

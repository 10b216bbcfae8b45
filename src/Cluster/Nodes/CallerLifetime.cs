using Microsoft.Extensions.Hosting;

namespace StreamLearn.Cluster.Nodes;

/// <summary>The node lives as long as its caller wants: signals are the caller's affair, who still asks the learners after Ctrl-C.</summary>
internal sealed class CallerLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

using Akka.Actor;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Membership;

/// <summary>How a node comes into its cluster.</summary>
internal static class ClusterEntry
{
    /// <summary>Joins by the seed nodes, or alone where there are none, and waits until the node is a member.</summary>
    /// <exception cref="ClusterJoinException">It is none within the time-out.</exception>
    internal static async Task JoinAsync(ActorSystem system, NodeSettings node, TimeProvider time, CancellationToken cancellation)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.RegisterOnMemberUp(() => up.TrySetResult());
        if (node.Seeds.Count == 0)
        {
            cluster.Join(cluster.SelfAddress);
        }
        else
        {
            cluster.JoinSeedNodes([.. node.Seeds.Select(
                seed => new Address(cluster.SelfAddress.Protocol, cluster.SelfAddress.System, seed.Host, seed.Port))]);
        }

        try
        {
            await Task.WhenAny(up.Task, system.WhenTerminated).WaitAsync(node.JoinTimeout, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Said below.
        }

        if (!up.Task.IsCompletedSuccessfully)
        {
            throw new ClusterJoinException(
                $"The node {cluster.SelfAddress} has not become a member of a cluster within {node.JoinTimeout.TotalSeconds:0.#} s by "
                + $"streamlearn.node.seeds = [{string.Join(", ", node.Seeds)}]. Expected one of them to run, to be reached, and to have the same "
                + "streamlearn.node.tls; the first one must be there to start the cluster. With node.log-level = info the log says more.");
        }
    }
}

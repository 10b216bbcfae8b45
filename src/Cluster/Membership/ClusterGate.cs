using Akka.Actor;
using Akka.Cluster;

namespace StreamLearn.Cluster.Membership;

/// <summary>Compares a node with those that were in the cluster before it: one that does not fit leaves before it has done anything.</summary>
internal static class ClusterGate
{
    private const string ActorName = "streamlearn-gate";

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    /// <summary>Answers nodes that come later.</summary>
    internal static void Open(ActorSystem system, NodeProfile profile) =>
        system.ActorOf(Props.Create(() => new NodeProfileActor(profile)), ActorName);

    /// <summary>Compares this node with all that were there before it.</summary>
    /// <exception cref="Configuration.ConfigurationException">It does not fit to one of them.</exception>
    /// <exception cref="ClusterJoinException">One did not answer.</exception>
    internal static async Task PassAsync(
        ActorSystem system, NodeProfile profile, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        var started = time.GetTimestamp();
        var passed = new HashSet<UniqueAddress>();
        while (true)
        {
            var open = cluster.State.Members
                .Where(member => member.UniqueAddress != cluster.SelfUniqueAddress && !passed.Contains(member.UniqueAddress)
                    && member.Status == MemberStatus.Up && member.IsOlderThan(cluster.SelfMember) && !cluster.State.Unreachable.Contains(member))
                .ToList();
            if (open.Count == 0)
            {
                return;
            }

            foreach (var member in open)
            {
                if (await AskAsync(system, member, profile.WireVersion, cancellation).ConfigureAwait(false) is { } other)
                {
                    if (profile.Against(other) is { } reason)
                    {
                        throw new Configuration.ConfigurationException($"This node cannot join the one at {member.Address}: {reason}.");
                    }

                    passed.Add(member.UniqueAddress);
                }
                else if (time.GetElapsedTime(started) >= limit)
                {
                    throw new ClusterJoinException(
                        $"The node at {member.Address} is in the cluster and has not said what it is within {limit.TotalSeconds:0.#} s; "
                        + "expected a node of the same release, or none.");
                }
            }
        }
    }

    private static async Task<NodeProfile?> AskAsync(ActorSystem system, Member member, int wireVersion, CancellationToken cancellation)
    {
        try
        {
            return await system.ActorSelection(new RootActorPath(member.Address) / "user" / ActorName)
                .Ask<NodeProfile>(new Hello(wireVersion), Again, cancellation).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}

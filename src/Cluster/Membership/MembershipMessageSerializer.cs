using Akka.Actor;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Cluster.Membership;

/// <summary>Writes <see cref="IMembershipMessage"/>s.</summary>
public sealed class MembershipMessageSerializer(ExtendedActorSystem system)
    : MessagePackManifestSerializer(system, 7304, "membership", ("h", typeof(Hello)), ("p", typeof(NodeProfile)));

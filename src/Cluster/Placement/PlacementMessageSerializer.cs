using Akka.Actor;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Cluster.Placement;

/// <summary>Writes <see cref="NodeReport"/>s.</summary>
public sealed class PlacementMessageSerializer(ExtendedActorSystem system)
    : MessagePackManifestSerializer(system, 7302, "placement", ("n", typeof(NodeReport)));

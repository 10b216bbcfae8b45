using Akka.Actor;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Cluster.Control;

/// <summary>Writes <see cref="IControlMessage"/>s.</summary>
public sealed class ControlMessageSerializer(ExtendedActorSystem system)
    : MessagePackManifestSerializer(system, 7306, "control", ("q", typeof(ControlQuestion)), ("a", typeof(ControlAnswer)));

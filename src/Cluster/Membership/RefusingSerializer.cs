using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace StreamLearn.Cluster.Membership;

/// <summary>
/// Stands where Akka has its JSON serializer, and that of actors which another node wants made here: messages that have none of their own are a mistake,
/// slow, and would let a peer name types. None crosses nodes, in either direction: whoever names Akka's number of these finds nothing.
/// </summary>
public sealed class RefusingSerializer(ExtendedActorSystem system) : Serializer(system)
{
    /// <summary>As Akka makes the one named <c>json</c>, which has settings.</summary>
    public RefusingSerializer(ExtendedActorSystem system, Config settings)
        : this(system) => _ = settings;

    /// <inheritdoc/>
    public override int Identifier => 7300;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => throw new SerializationException(
        $"{obj.GetType().FullName} is to go to another node and has no serializer; expected one with MessagePack.");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => throw new SerializationException(
        "A message in JSON has come from another node; expected MessagePack: all nodes must run the same release.");
}

using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace StreamLearn.Cluster.Membership;

/// <summary>
/// Stands where Akka has its JSON serializer, for messages that have none of their own: those are a mistake, slow, and would let a peer name types.
/// None crosses nodes.
/// </summary>
public sealed class RefusingSerializer(ExtendedActorSystem system) : Serializer(system)
{
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

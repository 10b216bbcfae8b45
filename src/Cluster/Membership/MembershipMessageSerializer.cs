using Akka.Actor;
using Akka.Serialization;
using MessagePack;

namespace StreamLearn.Cluster.Membership;

/// <summary>Writes <see cref="IMembershipMessage"/>s with MessagePack: integer keys, no type names on the wire.</summary>
public sealed class MembershipMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly MessagePackSerializerOptions Options =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    /// <inheritdoc/>
    public override int Identifier => 7304;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        Hello => "h",
        NodeProfile => "p",
        _ => throw new ArgumentException($"{o.GetType().Name} is no message of membership."),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => MessagePackSerializer.Serialize(obj.GetType(), obj, Options);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) =>
        Read(bytes, manifest) ?? throw new MessagePackSerializationException($"A message '{manifest}' is nil.");

    private static object? Read(byte[] bytes, string manifest) => manifest switch
    {
        "h" => MessagePackSerializer.Deserialize<Hello>(bytes, Options),
        "p" => MessagePackSerializer.Deserialize<NodeProfile>(bytes, Options),
        _ => throw new ArgumentException($"'{manifest}' names no message of membership."),
    };
}

using Akka.Actor;
using Akka.Serialization;
using MessagePack;

namespace StreamLearn.Cluster.Placement;

/// <summary>Writes <see cref="NodeReport"/>s with MessagePack: integer keys, no type names on the wire.</summary>
public sealed class PlacementMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string Report = "n";

    private static readonly MessagePackSerializerOptions Options =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    /// <inheritdoc/>
    public override int Identifier => 7302;

    /// <inheritdoc/>
    public override string Manifest(object o) =>
        o is NodeReport ? Report : throw new ArgumentException($"{o.GetType().Name} is no message of placement.");

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => MessagePackSerializer.Serialize((NodeReport)obj, Options);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) => manifest == Report
        ? MessagePackSerializer.Deserialize<NodeReport>(bytes, Options) ?? throw new MessagePackSerializationException("A node's report is nil.")
        : throw new ArgumentException($"'{manifest}' names no message of placement.");
}

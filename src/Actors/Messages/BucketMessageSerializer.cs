using Akka.Actor;
using Akka.Serialization;
using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>Writes <see cref="IBucketMessage"/>s with MessagePack: integer keys, no type names on the wire.</summary>
public sealed class BucketMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly MessagePackSerializerOptions Options =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    /// <inheritdoc/>
    public override int Identifier => 7301;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        Chunk => "c",
        Ack => "a",
        Rewind => "r",
        GetBucketReport => "g",
        BucketReport => "b",
        Persist => "p",
        Persisted => "d",
        PersistFailed => "f",
        Release => "l",
        BucketFailed => "x",
        OwnerRefused => "o",
        HandingOver => "h",
        BarrierWanted => "w",
        _ => throw new ArgumentException($"{o.GetType().Name} is no message of buckets."),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        var bytes = MessagePackSerializer.Serialize(obj.GetType(), obj, Options);
        MessageMeter.Count(obj.GetType().Name, bytes.Length);
        return bytes;
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) =>
        Read(bytes, manifest) ?? throw new MessagePackSerializationException($"A message '{manifest}' is nil.");

    private static object? Read(byte[] bytes, string manifest) => manifest switch
    {
        "c" => MessagePackSerializer.Deserialize<Chunk>(bytes, Options),
        "a" => MessagePackSerializer.Deserialize<Ack>(bytes, Options),
        "r" => MessagePackSerializer.Deserialize<Rewind>(bytes, Options),
        "g" => MessagePackSerializer.Deserialize<GetBucketReport>(bytes, Options),
        "b" => MessagePackSerializer.Deserialize<BucketReport>(bytes, Options),
        "p" => MessagePackSerializer.Deserialize<Persist>(bytes, Options),
        "d" => MessagePackSerializer.Deserialize<Persisted>(bytes, Options),
        "f" => MessagePackSerializer.Deserialize<PersistFailed>(bytes, Options),
        "l" => MessagePackSerializer.Deserialize<Release>(bytes, Options),
        "x" => MessagePackSerializer.Deserialize<BucketFailed>(bytes, Options),
        "o" => MessagePackSerializer.Deserialize<OwnerRefused>(bytes, Options),
        "h" => MessagePackSerializer.Deserialize<HandingOver>(bytes, Options),
        "w" => MessagePackSerializer.Deserialize<BarrierWanted>(bytes, Options),
        _ => throw new ArgumentException($"'{manifest}' names no message of buckets."),
    };
}

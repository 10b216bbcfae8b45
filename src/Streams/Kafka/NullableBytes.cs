using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>Bytes as they are; null is null.</summary>
internal sealed class NullableBytes : ISerializer<byte[]?>
{
    internal static readonly NullableBytes Instance = new();

    public byte[] Serialize(byte[]? data, SerializationContext context) => data!;
}

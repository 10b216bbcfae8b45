using Confluent.Kafka;

namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>Bytes as they are; null where there are none.</summary>
internal sealed class NullableBytes : ISerializer<byte[]?>, IDeserializer<byte[]?>
{
    public static readonly NullableBytes Instance = new();

    public byte[] Serialize(byte[]? data, SerializationContext context) => data!;

    public byte[]? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => isNull ? null : data.ToArray();
}

using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>
/// Where the client's deserialisers put keys and values, one record at a time: no array for each of them.
/// </summary>
internal sealed class PayloadArena : IDeserializer<PayloadSlice>
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _length;

    internal void Clear() => _length = 0;

    internal ReadOnlySpan<byte> Bytes(PayloadSlice slice) => _bytes.AsSpan(slice.Start, slice.Length);

    public PayloadSlice Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        if (isNull)
        {
            return default;
        }

        if (_length + data.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + data.Length, _bytes.Length * 2));
        }

        data.CopyTo(_bytes.AsSpan(_length));
        var slice = new PayloadSlice(_length, data.Length, Exists: true);
        _length += data.Length;
        return slice;
    }
}

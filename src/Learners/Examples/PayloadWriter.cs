using System.Buffers.Binary;

namespace StreamLearn.Learners.Examples;

/// <summary>Writes payloads of a task (<see cref="ExampleBatch.Payloads"/>) one after the other into one growing run of bytes. Nothing is allocated once
/// that is large enough.</summary>
public abstract class PayloadWriter
{
    private byte[] _bytes = new byte[4096];
    private int _length;

    private protected PayloadWriter()
    {
    }

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Bytes that have been written.</summary>
    public int Length => _length;

    /// <summary>Forgets what has been written after a place, as where a record proves unusable half-way.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_length, nameof(length));
        _length = length;
    }

    private protected void WriteText(ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), checked((ushort)text.Length));
        WriteRaw(text);
    }

    private protected void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    private protected Span<byte> Take(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + count, _bytes.Length * 2));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}

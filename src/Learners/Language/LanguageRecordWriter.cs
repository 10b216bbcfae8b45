using System.Buffers.Binary;

namespace StreamLearn.Learners.Language;

/// <summary>Writes records as <see cref="LanguageRecord"/> reads them, one after the other into one growing run of bytes. Nothing is allocated once that is
/// large enough.</summary>
public sealed class LanguageRecordWriter
{
    private byte[] _bytes = new byte[4096];
    private int _length;

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

    /// <summary>A text.</summary>
    /// <param name="domain">UTF-8, from 1 to <see cref="LanguageTask.MostDomainBytes"/> bytes.</param>
    /// <param name="text">At least 1 byte.</param>
    public void Write(ReadOnlySpan<byte> domain, ReadOnlySpan<byte> text)
    {
        if (domain.Length is < 1 or > LanguageTask.MostDomainBytes || text.IsEmpty)
        {
            throw new ArgumentException($"A domain of {domain.Length} bytes and a text of {text.Length}; expected from 1 to {LanguageTask.MostDomainBytes}, and 1 or more.");
        }

        BinaryPrimitives.WriteUInt16LittleEndian(Take(LanguageRecord.LengthBytes), (ushort)domain.Length);
        domain.CopyTo(Take(domain.Length));
        text.CopyTo(Take(text.Length));
    }

    private Span<byte> Take(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + count, _bytes.Length * 2));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace StreamLearn.Learners.Bandits;

/// <summary>Writes records as <see cref="BanditRecord"/> reads them, one after the other into one growing run of bytes. Nothing is allocated once that
/// is large enough.</summary>
public sealed class BanditRecordWriter
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

    /// <summary>A context.</summary>
    /// <param name="id">UTF-8, up to 65,535 bytes.</param>
    /// <param name="context">The context.</param>
    /// <param name="names">The names of the actions, UTF-8, one for each; empty: those of the task, or none.</param>
    public void WriteContext(ReadOnlySpan<byte> id, in BanditContext context, ReadOnlySpan<ReadOnlyMemory<byte>> names = default)
    {
        WriteHead(BanditRecordKind.Context, id);
        Write(context, names);
    }

    /// <summary>Feedback on a decision.</summary>
    /// <param name="id">The decision's id.</param>
    /// <param name="feedback">As it was given.</param>
    public void WriteFeedback(ReadOnlySpan<byte> id, double feedback)
    {
        WriteHead(BanditRecordKind.Feedback, id);
        BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), feedback);
    }

    /// <summary>A context with what somebody has chosen and what came of it.</summary>
    public void WriteLogged(
        ReadOnlySpan<byte> id, in BanditContext context, ReadOnlySpan<ReadOnlyMemory<byte>> names, int action, double probability, double feedback)
    {
        WriteHead(BanditRecordKind.Logged, id);
        Write(context, names);
        BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), action);
        BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), probability);
        BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), feedback);
    }

    private void WriteHead(BanditRecordKind kind, ReadOnlySpan<byte> id)
    {
        Take(1)[0] = (byte)kind;
        WriteText(id);
    }

    private void Write(in BanditContext context, ReadOnlySpan<ReadOnlyMemory<byte>> names)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), context.Actions);
        BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), context.Shared.Length);
        BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), context.ActionFeatures);
        Take(1)[0] = (byte)((context.Allowed.IsEmpty ? 0 : BanditRecord.WithMask) | (names.IsEmpty ? 0 : BanditRecord.WithNames));
        WriteRaw(MemoryMarshal.AsBytes(context.Shared));
        WriteRaw(MemoryMarshal.AsBytes(context.PerAction));
        WriteRaw(context.Allowed);
        foreach (var name in names)
        {
            WriteText(name.Span);
        }
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), checked((ushort)text.Length));
        WriteRaw(text);
    }

    private void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

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

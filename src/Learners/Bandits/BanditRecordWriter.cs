using System.Buffers.Binary;
using System.Runtime.InteropServices;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Bandits;

/// <summary>Writes records as <see cref="BanditRecord"/> reads them.</summary>
public sealed class BanditRecordWriter : PayloadWriter
{
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
}

using System.Buffers.Binary;
using System.Numerics.Tensors;
using static StreamLearn.Learners.Examples.PayloadReading;

namespace StreamLearn.Learners.Bandits;

/// <summary>
/// A record of the task <c>bandit</c> as decoders hand it to fleets (<see cref="Examples.ExampleBatch.Payloads"/>): one run of bytes, read in place.
/// </summary>
/// <remarks>
/// Little-endian. Kind (1 byte), length of the id (2), the id. A context then has: K (4), shared features (4), features of an action (4), flags
/// (1: 1 a mask, 2 action names), the shared features (4 each), those of the actions (4 each, K rows), the mask (K bytes), the names (length 2, UTF-8). Feedback has: the number
/// as it was given (8). A logged one has what a context has, then action (4), probability (8), feedback (8).
/// </remarks>
public readonly ref struct BanditRecord
{
    internal const byte WithMask = 1;
    internal const byte WithNames = 2;

    private const int KindBytes = 1;
    private const int LengthBytes = 2;
    private const int SizesBytes = 13;
    private const int OutcomeBytes = 20;

    private readonly ReadOnlySpan<byte> _names;

    private BanditRecord(BanditRecordKind kind, ReadOnlySpan<byte> id, BanditContext context, ReadOnlySpan<byte> names)
    {
        Kind = kind;
        Id = id;
        Context = context;
        _names = names;
        Action = -1;
        Probability = double.NaN;
        Feedback = double.NaN;
    }

    /// <summary>What it brings.</summary>
    public BanditRecordKind Kind { get; }

    /// <summary>The decision's id, UTF-8.</summary>
    public ReadOnlySpan<byte> Id { get; }

    /// <summary>The context, where it brings one.</summary>
    public BanditContext Context { get; }

    /// <summary>Whether the context names its actions.</summary>
    public bool HasNames => !_names.IsEmpty;

    /// <summary>The action that somebody chose, from 0 on; -1: nobody.</summary>
    public int Action { get; private init; }

    /// <summary>The probability with which; NaN: nobody chose.</summary>
    public double Probability { get; private init; }

    /// <summary>The feedback as it was given; NaN: none.</summary>
    public double Feedback { get; private init; }

    /// <summary>The name of an action, UTF-8, where the context names them. The names before it are gone through.</summary>
    public ReadOnlySpan<byte> NameOf(int action)
    {
        var rest = _names;
        for (; action > 0; action--)
        {
            rest = rest[(LengthBytes + BinaryPrimitives.ReadUInt16LittleEndian(rest))..];
        }

        return rest.Slice(LengthBytes, BinaryPrimitives.ReadUInt16LittleEndian(rest));
    }

    /// <summary>Reads a record in place; false where the bytes are none: of wrong lengths, with numbers that are not finite, without an allowed
    /// action, or with an outcome out of bounds.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BanditRecord record)
    {
        record = default;
        if (bytes.Length < KindBytes + LengthBytes)
        {
            return false;
        }

        var kind = (BanditRecordKind)bytes[0];
        if (!TryTake(ref bytes, KindBytes, out _) || !TryTakeText(ref bytes, out var id))
        {
            return false;
        }

        if (kind == BanditRecordKind.Feedback)
        {
            if (bytes.Length != sizeof(double))
            {
                return false;
            }

            record = new BanditRecord(kind, id, default, default) { Feedback = BinaryPrimitives.ReadDoubleLittleEndian(bytes) };
            return double.IsFinite(record.Feedback);
        }

        if (kind is not (BanditRecordKind.Context or BanditRecordKind.Logged) || !TryTakeContext(ref bytes, out var context, out var names))
        {
            return false;
        }

        if (kind == BanditRecordKind.Context)
        {
            record = new BanditRecord(kind, id, context, names);
            return bytes.IsEmpty;
        }

        if (bytes.Length != OutcomeBytes)
        {
            return false;
        }

        record = new BanditRecord(kind, id, context, names)
        {
            Action = BinaryPrimitives.ReadInt32LittleEndian(bytes),
            Probability = BinaryPrimitives.ReadDoubleLittleEndian(bytes[sizeof(int)..]),
            Feedback = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(sizeof(int) + sizeof(double))..]),
        };
        return record.Action >= 0 && record.Action < context.Actions && record.Probability is > 0 and <= 1 && double.IsFinite(record.Feedback);
    }

    /// <summary>Actions of a record's context; 0 where it has none, or the bytes are no record. The rest of it is not looked at.</summary>
    internal static int ActionsOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 0 && (BanditRecordKind)bytes[0] is BanditRecordKind.Context or BanditRecordKind.Logged
        && TryTake(ref bytes, KindBytes, out _) && TryTakeText(ref bytes, out _) && bytes.Length >= SizesBytes
            ? Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(bytes), 0, BanditTask.MostActions)
            : 0;

    private static bool TryTakeContext(scoped ref ReadOnlySpan<byte> bytes, out BanditContext context, out ReadOnlySpan<byte> names)
    {
        context = default;
        names = default;
        if (!TryTake(ref bytes, SizesBytes, out var sizes))
        {
            return false;
        }

        var actions = BinaryPrimitives.ReadInt32LittleEndian(sizes);
        var shared = BinaryPrimitives.ReadInt32LittleEndian(sizes[4..]);
        var own = BinaryPrimitives.ReadInt32LittleEndian(sizes[8..]);
        var flags = sizes[12];
        if (actions is < 1 or > BanditTask.MostActions || flags > (WithMask | WithNames)
            || !TryTakeFloats(ref bytes, shared, out var sharedFeatures) || !TryTakeFloats(ref bytes, (long)actions * own, out var ownFeatures)
            || !TryTake(ref bytes, (flags & WithMask) != 0 ? actions : 0, out var mask))
        {
            return false;
        }

        if ((flags & WithNames) != 0)
        {
            var start = bytes;
            for (var action = 0; action < actions; action++)
            {
                if (!TryTakeText(ref bytes, out _))
                {
                    return false;
                }
            }

            names = start[..(start.Length - bytes.Length)];
        }

        context = new BanditContext(actions, sharedFeatures, ownFeatures, mask);
        return (mask.IsEmpty || mask.ContainsAnyExcept((byte)0)) && AreFinite(sharedFeatures) && AreFinite(ownFeatures);
    }

    private static bool AreFinite(ReadOnlySpan<float> numbers) => numbers.IsEmpty || TensorPrimitives.IsFiniteAll(numbers);
}

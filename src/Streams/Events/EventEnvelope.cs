using System.Buffers.Binary;

namespace StreamLearn.Streams.Events;

/// <summary>
/// A record as the value of its copy in the topic <c>&lt;pipeline&gt;.events</c>: where it comes from, and all of it. Consumers here read
/// no headers, and a copy of a tombstone must be no tombstone itself.
/// </summary>
/// <remarks>
/// Little-endian: version (1 byte), flags (1: 1 the record has a key, 2 it has a value), source (1), partition (4), offset (8),
/// timestamp (8), length of the key (4), the key, the value.
/// </remarks>
public readonly ref struct EventEnvelope
{
    /// <summary>Bytes before the key.</summary>
    public const int HeaderBytes = KeyAt;

    private const byte Version = 1;
    private const byte WithKey = 1;
    private const byte WithValue = 2;

    private const int FlagsAt = 1;
    private const int SourceAt = 2;
    private const int PartitionAt = 3;
    private const int OffsetAt = 7;
    private const int TimestampAt = 15;
    private const int KeyLengthAt = 23;
    private const int KeyAt = 27;

    /// <summary>Where the record is.</summary>
    public required EventOrigin Origin { get; init; }

    /// <summary>Kafka's timestamp of the record, ms since 1970.</summary>
    public required long Timestamp { get; init; }

    /// <summary>Whether the record has a message key.</summary>
    public required bool HasKey { get; init; }

    /// <summary>Whether the record has a value.</summary>
    public required bool HasValue { get; init; }

    /// <summary>The record's message key; empty where there is none.</summary>
    public required ReadOnlySpan<byte> Key { get; init; }

    /// <summary>The record's value; empty where there is none.</summary>
    public required ReadOnlySpan<byte> Value { get; init; }

    /// <summary>The value of the copy.</summary>
    /// <exception cref="ArgumentException">No record is at such a partition or offset, or has bytes of what it has not.</exception>
    public byte[] Encode()
    {
        if (Origin.Partition < 0 || Origin.Offset < 0 || (!HasKey && !Key.IsEmpty) || (!HasValue && !Value.IsEmpty))
        {
            throw new ArgumentException(
                $"No record is at {Origin} with {Key.Length} and {Value.Length} bytes, key {HasKey}, value {HasValue}.");
        }

        var bytes = new byte[KeyAt + Key.Length + Value.Length];
        bytes[0] = Version;
        bytes[FlagsAt] = (byte)((HasKey ? WithKey : 0) | (HasValue ? WithValue : 0));
        bytes[SourceAt] = Origin.Source;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(PartitionAt), Origin.Partition);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(OffsetAt), Origin.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(TimestampAt), Timestamp);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(KeyLengthAt), Key.Length);
        Key.CopyTo(bytes.AsSpan(KeyAt));
        Value.CopyTo(bytes.AsSpan(KeyAt + Key.Length));
        return bytes;
    }

    /// <summary>Reads the value of a copy; false where it is none. Key and value are views into it.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out EventEnvelope envelope)
    {
        envelope = default;
        if (bytes.Length < KeyAt || bytes[0] != Version || bytes[FlagsAt] > (WithKey | WithValue))
        {
            return false;
        }

        var hasKey = (bytes[FlagsAt] & WithKey) != 0;
        var hasValue = (bytes[FlagsAt] & WithValue) != 0;
        var partition = BinaryPrimitives.ReadInt32LittleEndian(bytes[PartitionAt..]);
        var offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[OffsetAt..]);
        var keyLength = BinaryPrimitives.ReadInt32LittleEndian(bytes[KeyLengthAt..]);
        var rest = bytes.Length - KeyAt;
        if (partition < 0 || offset < 0 || keyLength < 0 || keyLength > (hasKey ? rest : 0) || (!hasValue && keyLength != rest))
        {
            return false;
        }

        envelope = new EventEnvelope
        {
            Origin = new EventOrigin(bytes[SourceAt], partition, offset),
            Timestamp = BinaryPrimitives.ReadInt64LittleEndian(bytes[TimestampAt..]),
            HasKey = hasKey,
            HasValue = hasValue,
            Key = bytes.Slice(KeyAt, keyLength),
            Value = bytes[(KeyAt + keyLength)..],
        };
        return true;
    }
}

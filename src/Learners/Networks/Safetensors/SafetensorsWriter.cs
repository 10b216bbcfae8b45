using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamLearn.Learners.Networks.Safetensors;

/// <summary>Writes what <see cref="SafetensorsFile.Write"/> promises.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;
    private const int PieceBytes = 64 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // No web page shows it: what is no ASCII stays readable, as the reference implementation writes it.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Write(
        Stream stream, ParameterLayout layout, ReadOnlySpan<float> parameters, IReadOnlyDictionary<string, string>? metadata)
    {
        if ((long)layout.Count * sizeof(float) > SafetensorsFile.LongestBuffer)
        {
            throw new ArgumentException($"The layout has {layout.Count} numbers; more than 2 GiB cannot be read again.", nameof(layout));
        }

        if (parameters.Length != layout.Count)
        {
            throw new ArgumentException($"The vector has {parameters.Length} numbers; expected {layout.Count}.", nameof(parameters));
        }

        var header = Header(layout, WithFormat(metadata));
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        WriteNumbers(stream, layout, parameters);
    }

    /// <summary>With what safetensors.torch writes too, and libraries on top of it look for; sorted, so that bytes are the same.</summary>
    private static SortedDictionary<string, string> WithFormat(IReadOnlyDictionary<string, string>? metadata)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" };
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
        {
            if (!all.TryAdd(key, value) && all[key] != value)
            {
                throw new ArgumentException($"The metadata has '{key}': '{value}'; expected '{all[key]}'.", nameof(metadata));
            }
        }

        return all;
    }

    /// <summary>The header, padded so that the numbers start at a multiple of 8 bytes.</summary>
    private static ReadOnlySpan<byte> Header(ParameterLayout layout, SortedDictionary<string, string> metadata)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Json))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsFile.MetadataName);
            foreach (var (key, value) in metadata)
            {
                json.WriteString(Utf8.GetBytes(key), Utf8.GetBytes(value));
            }

            json.WriteEndObject();
            foreach (var block in layout.Blocks)
            {
                WriteEntry(json, block);
            }

            json.WriteEndObject();
        }

        var padding = -bytes.WrittenCount & (Alignment - 1);
        bytes.GetSpan(Alignment)[..padding].Fill((byte)' ');
        bytes.Advance(padding);
        return bytes.WrittenCount <= SafetensorsFile.LongestHeader
            ? bytes.WrittenSpan
            : throw new ArgumentException(
                $"Names and metadata take {bytes.WrittenCount} bytes; at most {SafetensorsFile.LongestHeader} can be read again.");
    }

    private static void WriteEntry(Utf8JsonWriter json, ParameterBlock block)
    {
        if (block.Name == SafetensorsFile.MetadataName)
        {
            throw new ArgumentException($"A block is named '{block.Name}'; the format has that name for something else.");
        }

        json.WriteStartObject(Utf8.GetBytes(block.Name));
        json.WriteString("dtype"u8, SafetensorsDtype.Float32);
        json.WriteStartArray("shape"u8);
        foreach (var size in block.StoredShape())
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets"u8);
        json.WriteNumberValue((long)block.Offset * sizeof(float));
        json.WriteNumberValue((long)block.Range.End * sizeof(float));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumbers(Stream stream, ParameterLayout layout, ReadOnlySpan<float> parameters)
    {
        var piece = new byte[PieceBytes];
        var filled = 0;
        foreach (var block in layout.Blocks)
        {
            var values = block.In(parameters);
            for (var i = 0; i < values.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(piece.AsSpan(filled), values[block.PlaceOfStored(i)]);
                filled += sizeof(float);
                if (filled == piece.Length)
                {
                    stream.Write(piece);
                    filled = 0;
                }
            }
        }

        stream.Write(piece.AsSpan(0, filled));
    }
}

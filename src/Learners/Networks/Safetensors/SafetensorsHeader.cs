using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Unicode;

namespace StreamLearn.Learners.Networks.Safetensors;

/// <summary>
/// The header of a file, checked for all that can be checked without the numbers: tensors lie one after the other, from the buffer's start,
/// each as large as its shape and type make it.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>As PyTorch and NumPy have it; keeps what a header costs in memory near its length.</summary>
    private const int MostDimensions = 64;

    private readonly ImmutableArray<SafetensorsEntry> _entries;
    private readonly ReadOnlyDictionary<string, string> _metadata;

    private SafetensorsHeader(IEnumerable<SafetensorsEntry> entries, Dictionary<string, string> metadata)
    {
        _entries = [.. entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        _metadata = metadata.AsReadOnly();
        Covered = CheckNeighbours(_entries);
    }

    /// <summary>Where the last tensor ends: how many bytes the buffer must have.</summary>
    internal long Covered { get; }

    /// <param name="json">The header's bytes.</param>
    /// <exception cref="SafetensorsException">It is not what the format demands.</exception>
    internal static SafetensorsHeader Parse(ReadOnlySpan<byte> json)
    {
        if (!json.StartsWith((byte)'{'))
        {
            var begin = json.IsEmpty ? "it is empty" : $"it begins with the byte 0x{json[0]:x2}";
            throw new SafetensorsException($"The header is no JSON object: {begin}; expected '{{'.");
        }

        if (!Utf8.IsValid(json))
        {
            throw new SafetensorsException("The header is not valid UTF-8.");
        }

        try
        {
            return Parse(new Utf8JsonReader(json));
        }
        catch (JsonException error)
        {
            throw new SafetensorsException($"The header is not valid JSON: {error.Message}");
        }
    }

    /// <summary>The file, once its numbers are there.</summary>
    /// <param name="buffer">The numbers, <see cref="Covered"/> bytes.</param>
    internal SafetensorsFile Over(ReadOnlyMemory<byte> buffer) => new(
        [.. _entries.Select(entry => new SafetensorsTensor(
            entry.Name, entry.Dtype, entry.Shape, buffer.Slice((int)entry.Begin, (int)(entry.End - entry.Begin))))],
        _metadata);

    private static SafetensorsHeader Parse(Utf8JsonReader reader)
    {
        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>();
        var names = new HashSet<string>();
        reader.Read();
        while (NextName(ref reader, names, "The header") is { } name)
        {
            if (name == SafetensorsFile.MetadataName)
            {
                ReadMetadata(ref reader, metadata);
            }
            else
            {
                entries.Add(ReadEntry(ref reader, name));
            }
        }

        // Sees to it that nothing but spaces comes after the object.
        reader.Read();
        return new SafetensorsHeader(entries, metadata);
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        Expect(ref reader, JsonTokenType.StartObject, "The metadata");
        var keys = new HashSet<string>();
        while (NextName(ref reader, keys, "The metadata") is { } key)
        {
            metadata.Add(key, ReadText(ref reader, $"The metadata: {key.Quoted()}"));
        }
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        var where = $"The tensor {name.Quoted()}";
        string? dtype = null;
        ImmutableArray<long>? shape = null;
        ImmutableArray<long>? offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, where);
        var fields = new HashSet<string>();
        while (NextName(ref reader, fields, where) is { } field)
        {
            switch (field)
            {
                case "dtype":
                    dtype = ReadText(ref reader, $"{where}: its dtype");
                    break;
                case "shape":
                    shape = ReadSizes(ref reader, $"{where}: its shape");
                    break;
                case "data_offsets":
                    offsets = ReadSizes(ref reader, $"{where}: its data_offsets");
                    break;
                default:
                    throw new SafetensorsException(
                        $"{where} has an unknown field {field.Quoted()}; expected 'dtype', 'shape' and 'data_offsets'.");
            }
        }

        return Check(
            name,
            dtype ?? throw Missing("dtype"),
            shape ?? throw Missing("shape"),
            offsets ?? throw Missing("data_offsets"));

        SafetensorsException Missing(string field) => new($"{where} has no field '{field}'.");
    }

    private static SafetensorsEntry Check(string name, string dtype, ImmutableArray<long> shape, ImmutableArray<long> offsets)
    {
        if (offsets is not [var begin, var end])
        {
            throw new SafetensorsException($"The tensor {name.Quoted()} has {offsets.Length} data_offsets; expected a begin and an end.");
        }

        if (begin > end)
        {
            throw new SafetensorsException($"The tensor {name.Quoted()} begins at byte {begin} of the buffer, behind its end at {end}.");
        }

        if (SafetensorsDtype.BitsOf(dtype) is { } bits && Bytes(name, dtype, shape, bits) is var bytes && bytes != end - begin)
        {
            throw new SafetensorsException(
                $"The tensor {name.Quoted()} has {end - begin} bytes of the buffer, {begin} to {end}; "
                + $"its shape {shape.Text()} of {dtype} takes {bytes}.");
        }

        return new SafetensorsEntry(name, dtype, shape, begin, end);
    }

    private static long Bytes(string name, string dtype, ImmutableArray<long> shape, int bitsPerNumber)
    {
        long bits;
        try
        {
            bits = checked(shape.Aggregate(1L, (product, size) => checked(product * size)) * bitsPerNumber);
        }
        catch (OverflowException)
        {
            throw new SafetensorsException($"The tensor {name.Quoted()} has the shape {shape.Text()} of {dtype}: its size overflows.");
        }

        return bits % 8 == 0
            ? bits / 8
            : throw new SafetensorsException(
                $"The tensor {name.Quoted()} has the shape {shape.Text()} of {dtype}: {bits} bits are no whole bytes.");
    }

    /// <summary>Refuses overlaps and holes.</summary>
    /// <param name="entries">By their begin.</param>
    /// <returns>Where the last ends.</returns>
    private static long CheckNeighbours(ImmutableArray<SafetensorsEntry> entries)
    {
        var covered = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin < covered)
            {
                throw new SafetensorsException(
                    $"The tensor {entry.Name.Quoted()} begins at byte {entry.Begin} of the buffer and overlaps another, "
                    + $"which ends at {covered}.");
            }

            if (entry.Begin > covered)
            {
                throw new SafetensorsException(
                    $"The tensor {entry.Name.Quoted()} begins at byte {entry.Begin} of the buffer, after a hole: "
                    + $"no tensor has the bytes from {covered} on.");
            }

            covered = entry.End;
        }

        return covered;
    }

    /// <summary>Steps onto the value behind the next name of an object; null, and onto the object's end, when there is none.</summary>
    private static string? NextName(ref Utf8JsonReader reader, HashSet<string> seen, string where)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        var name = ReadText(ref reader, $"{where}: a name");
        if (!seen.Add(name))
        {
            throw new SafetensorsException($"{where} has {name.Quoted()} twice.");
        }

        reader.Read();
        return name;
    }

    private static ImmutableArray<long> ReadSizes(ref Utf8JsonReader reader, string where)
    {
        Expect(ref reader, JsonTokenType.StartArray, where);
        var sizes = ImmutableArray.CreateBuilder<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (sizes.Count == MostDimensions)
            {
                throw new SafetensorsException($"{where} has more than {MostDimensions} entries.");
            }

            Expect(ref reader, JsonTokenType.Number, where);
            if (!reader.TryGetInt64(out var size) || size < 0)
            {
                throw new SafetensorsException($"{where} has a number that is no whole number from 0 to {long.MaxValue}.");
            }

            sizes.Add(size);
        }

        return sizes.ToImmutable();
    }

    private static string ReadText(ref Utf8JsonReader reader, string where)
    {
        if (reader.TokenType != JsonTokenType.PropertyName)
        {
            Expect(ref reader, JsonTokenType.String, where);
        }

        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // How the reader tells of half of a surrogate pair, which JSON can escape and UTF-8 cannot hold.
            throw new SafetensorsException($"{where} is no valid Unicode.");
        }
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType expected, string where)
    {
        if (reader.TokenType != expected)
        {
            throw new SafetensorsException($"{where} has {Word(reader.TokenType)}; expected {Word(expected)}.");
        }
    }

    private static string Word(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };
}

using System.Buffers;
using System.Runtime.InteropServices;

namespace StreamLearn.Learners.Averaging;

/// <summary>Writes and reads the numbers of a part of a slice. Whatever was written can be read without knowing the model.</summary>
/// <remarks>
/// Form (1 byte), then: dense, 4 bytes a number. At 8 bit: the scale s (4), all numbers as q = round(x/s) with s = max |x| / 127. Some: how many (7
/// bits a byte), which (1 byte: 0 gaps, 1 a bitmap, whatever is shorter; gaps between them in 7 bits a byte, or a bit for each number), then these,
/// at 8 bit with the scale before them, or 4 bytes each.
/// </remarks>
internal sealed class PartCodec
{
    /// <summary>No number that is written is larger.</summary>
    internal const float Largest = 4 * ParameterMove.Largest;

    private const byte Gaps = 0;
    private const byte Bitmap = 1;
    private const float Steps = 127;

    // Workspace.
    private float[] _magnitudes = [];
    private int[] _kept = [];

    /// <summary>Writes numbers at a level of <see cref="CompressionLevel"/>.</summary>
    internal void Write(ArrayBufferWriter<byte> writer, ReadOnlySpan<float> values, int level)
    {
        if (level == CompressionLevel.Exact)
        {
            WriteDense(writer, values);
            return;
        }

        var count = CompressionLevel.Kept(level, values.Length);
        if (count == values.Length)
        {
            writer.Write((byte)PartForm.DenseBytes);
            var scale = Scale(values);
            writer.Write(scale);
            foreach (var value in values)
            {
                writer.Write((byte)Quantized(value, scale));
            }

            return;
        }

        writer.Write((byte)PartForm.SparseBytes);
        var kept = Largests(values, count);
        WritePlaces(writer, kept, values.Length);
        var largest = 0f;
        foreach (var at in kept)
        {
            largest = Math.Max(largest, Math.Abs(values[at]));
        }

        writer.Write(largest / Steps);
        foreach (var at in kept)
        {
            writer.Write((byte)Quantized(values[at], largest / Steps));
        }
    }

    /// <summary>Writes numbers exactly: all, or those that are not 0, whatever is shorter.</summary>
    internal void WriteExact(ArrayBufferWriter<byte> writer, ReadOnlySpan<float> values)
    {
        Reserve(values.Length);
        var count = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] != 0)
            {
                _kept[count++] = i;
            }
        }

        var kept = _kept.AsSpan(0, count);
        if (PlacesBytes(kept, values.Length, out _) + (count * sizeof(float)) >= values.Length * sizeof(float))
        {
            WriteDense(writer, values);
            return;
        }

        writer.Write((byte)PartForm.Sparse);
        WritePlaces(writer, kept, values.Length);
        foreach (var at in kept)
        {
            writer.Write(values[at]);
        }
    }

    /// <summary>Fills <paramref name="values"/>; false where the bytes are no part of that length.</summary>
    internal bool TryRead(ref ByteReader reader, Span<float> values)
    {
        if (!reader.TryByte(out var form))
        {
            return false;
        }

        switch ((PartForm)form)
        {
            case PartForm.Dense:
                if (reader.Left / sizeof(float) < values.Length || !reader.TryTake(values.Length * sizeof(float), out var all))
                {
                    return false;
                }

                all.CopyTo(MemoryMarshal.AsBytes(values));
                return !values.ContainsAnyExceptInRange(-Largest, Largest);
            case PartForm.DenseBytes:
                if (!TryScale(ref reader, out var scale) || !reader.TryTake(values.Length, out var bytes))
                {
                    return false;
                }

                for (var i = 0; i < bytes.Length; i++)
                {
                    values[i] = (sbyte)bytes[i] * scale;
                }

                return true;
            case PartForm.SparseBytes:
                return TryReadSparseBytes(ref reader, values);
            case PartForm.Sparse:
                if (!TryPlaces(ref reader, values.Length, out var places))
                {
                    return false;
                }

                values.Clear();
                foreach (var at in places)
                {
                    if (!reader.TrySingle(out values[at]))
                    {
                        return false;
                    }
                }

                return !values.ContainsAnyExceptInRange(-Largest, Largest);
            default:
                return false;
        }
    }

    private bool TryReadSparseBytes(ref ByteReader reader, Span<float> values)
    {
        if (!TryPlaces(ref reader, values.Length, out var places) || !TryScale(ref reader, out var scale)
            || !reader.TryTake(places.Length, out var bytes))
        {
            return false;
        }

        values.Clear();
        for (var i = 0; i < places.Length; i++)
        {
            values[places[i]] = (sbyte)bytes[i] * scale;
        }

        return true;
    }

    private static void WriteDense(ArrayBufferWriter<byte> writer, ReadOnlySpan<float> values)
    {
        writer.Write((byte)PartForm.Dense);
        writer.WriteAll(values);
    }

    private static float Scale(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest / Steps;
    }

    private static bool TryScale(ref ByteReader reader, out float scale) => reader.TrySingle(out scale) && scale is >= 0 and <= Largest / Steps;

    private static sbyte Quantized(float value, float scale) => scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(value / scale), -Steps, Steps);

    /// <summary>The places of the numbers of the largest magnitudes, ascending; of those of the same the first ones.</summary>
    private ReadOnlySpan<int> Largests(ReadOnlySpan<float> values, int count)
    {
        Reserve(values.Length);
        var magnitudes = _magnitudes.AsSpan(0, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            magnitudes[i] = Math.Abs(values[i]);
        }

        magnitudes.Sort();
        var least = magnitudes[^count];
        var above = 0;
        for (var i = values.Length - 1; i >= 0 && magnitudes[i] > least; i--)
        {
            above++;
        }

        var equal = count - above;
        var found = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var magnitude = Math.Abs(values[i]);
            if (magnitude > least || (magnitude == least && equal-- > 0))
            {
                _kept[found++] = i;
            }
        }

        return _kept.AsSpan(0, count);
    }

    private static int PlacesBytes(ReadOnlySpan<int> places, int length, out byte form)
    {
        var gaps = 0;
        var next = 0;
        foreach (var place in places)
        {
            gaps += ByteWriter.CompactBytes(place - next);
            next = place + 1;
        }

        var bitmap = (length + 7) / 8;
        form = gaps <= bitmap ? Gaps : Bitmap;
        return ByteWriter.CompactBytes(places.Length) + 1 + Math.Min(gaps, bitmap);
    }

    private static void WritePlaces(ArrayBufferWriter<byte> writer, ReadOnlySpan<int> places, int length)
    {
        _ = PlacesBytes(places, length, out var form);
        writer.WriteCompact(places.Length);
        writer.Write(form);
        if (form == Gaps)
        {
            var next = 0;
            foreach (var place in places)
            {
                writer.WriteCompact(place - next);
                next = place + 1;
            }

            return;
        }

        var bitmap = writer.GetSpan((length + 7) / 8)[..((length + 7) / 8)];
        bitmap.Clear();
        foreach (var place in places)
        {
            bitmap[place / 8] |= (byte)(1 << (place % 8));
        }

        writer.Advance(bitmap.Length);
    }

    private bool TryPlaces(ref ByteReader reader, int length, out ReadOnlySpan<int> places)
    {
        places = default;
        if (!reader.TryCompact(out var count) || count > length || !reader.TryByte(out var form) || form > Bitmap)
        {
            return false;
        }

        Reserve(length);
        if (form == Bitmap)
        {
            if (!reader.TryTake((length + 7) / 8, out var bitmap))
            {
                return false;
            }

            var found = 0;
            for (var i = 0; i < bitmap.Length * 8; i++)
            {
                if ((bitmap[i / 8] & (1 << (i % 8))) == 0)
                {
                    continue;
                }

                if (i >= length || found == count)
                {
                    return false;
                }

                _kept[found++] = i;
            }

            places = _kept.AsSpan(0, found);
            return found == count;
        }

        var next = 0;
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryCompact(out var gap) || gap >= length - next)
            {
                return false;
            }

            _kept[i] = next + gap;
            next += gap + 1;
        }

        places = _kept.AsSpan(0, count);
        return true;
    }

    private void Reserve(int length)
    {
        if (_kept.Length < length)
        {
            _kept = new int[length];
            _magnitudes = new float[length];
        }
    }
}

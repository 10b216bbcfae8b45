using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MessagePack;

namespace StreamLearn.Learners.State;

/// <summary>What all stored state has in common: a name and a version in front, numbers bit for bit.</summary>
internal static class StateFormat
{
    /// <summary>Opens a block of <paramref name="fields"/> fields under a name and a version.</summary>
    internal static void WriteHeader(this ref MessagePackWriter writer, string name, int version, int fields)
    {
        writer.WriteArrayHeader(fields + 2);
        writer.Write(name);
        writer.Write(version);
    }

    /// <summary>Reads what <see cref="WriteHeader"/> wrote, and refuses anything else.</summary>
    internal static void ReadHeader(this ref MessagePackReader reader, string name, int version, int fields)
    {
        var length = reader.ReadArrayHeader();
        var storedName = length >= 2 ? reader.ReadString() : null;
        var storedVersion = length >= 2 ? reader.ReadInt32() : -1;
        if (storedName != name || storedVersion != version || length != fields + 2)
        {
            throw new StateFormatException(
                $"Stored state is '{storedName}' version {storedVersion} with {length - 2} fields; expected '{name}' version {version} with {fields}.");
        }
    }

    internal static void WriteDoubles(this ref MessagePackWriter writer, ReadOnlySpan<double> values)
    {
        writer.WriteArrayHeader(values.Length);
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    /// <summary>
    /// Fills <paramref name="values"/>; another length than stored is refused, and so is a number that is not finite, except for NaN where
    /// <paramref name="gaps"/> says that it stands for a place with nothing in it.
    /// </summary>
    internal static void ReadDoubles(this ref MessagePackReader reader, Span<double> values, bool gaps = false)
    {
        reader.ReadLength(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadDouble();
            Require(double.IsFinite(values[i]) || (gaps && double.IsNaN(values[i])), "a number is not finite");
        }
    }

    /// <summary>A block of raw little-endian numbers: what large vectors are stored as.</summary>
    internal static void WriteFloats(this ref MessagePackWriter writer, ReadOnlySpan<float> values)
    {
        writer.WriteBinHeader(values.Length * sizeof(float));
        writer.WriteRaw(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Fills <paramref name="values"/>; another length than stored is refused, and so is a number that is not finite.</summary>
    internal static void ReadFloats(this ref MessagePackReader reader, Span<float> values)
    {
        var bytes = reader.ReadBytes();
        var length = bytes?.Length ?? 0;
        if (length != (long)values.Length * sizeof(float))
        {
            throw new StateFormatException(
                $"Stored state has a block of {length} bytes; expected {(long)values.Length * sizeof(float)}: the learner's settings have changed.");
        }

        bytes?.CopyTo(MemoryMarshal.AsBytes(values));
        // Of no numbers IsFiniteAll says no.
        Require(values.IsEmpty || TensorPrimitives.IsFiniteAll<float>(values), "a number is not finite");
    }

    /// <summary>A number; one that is not finite is refused.</summary>
    internal static double ReadFinite(this ref MessagePackReader reader)
    {
        var value = reader.ReadDouble();
        Require(double.IsFinite(value), "a number is not finite");
        return value;
    }

    /// <summary>The head of an array of <paramref name="expected"/> entries; another length is refused.</summary>
    internal static void ReadLength(this ref MessagePackReader reader, int expected)
    {
        var length = reader.ReadArrayHeader();
        if (length != expected)
        {
            throw new StateFormatException($"Stored state has {length} entries; expected {expected}: the learner's settings have changed.");
        }
    }

    /// <summary>Whether that is what reading damaged bytes throws.</summary>
    internal static bool IsDamage(Exception exception) =>
        exception is MessagePackSerializationException or EndOfStreamException or ArgumentException or OverflowException;

    /// <summary>Refuses state that contradicts itself.</summary>
    internal static void Require(bool holds, string damage)
    {
        if (!holds)
        {
            throw new StateFormatException($"Stored state is damaged: {damage}.");
        }
    }
}

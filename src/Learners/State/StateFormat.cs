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

    /// <summary>Fills <paramref name="values"/>; another length than stored is refused.</summary>
    internal static void ReadDoubles(this ref MessagePackReader reader, Span<double> values)
    {
        var length = reader.ReadArrayHeader();
        if (length != values.Length)
        {
            throw new StateFormatException($"Stored state has {length} numbers; expected {values.Length}: the learner's settings have changed.");
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadDouble();
        }
    }
}

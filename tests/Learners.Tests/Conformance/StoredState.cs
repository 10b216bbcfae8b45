using System.Buffers;
using System.Text;
using MessagePack;

namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>Looks into bytes of state and damages them, knowing no more than that they are MessagePack under a name and a version.</summary>
internal static class StoredState
{
    /// <summary>All floating-point numbers in a state.</summary>
    internal static List<double> Numbers(byte[] state)
    {
        var numbers = new List<double>();
        var reader = new MessagePackReader(state);
        while (!reader.End)
        {
            switch (reader.NextMessagePackType)
            {
                case MessagePackType.Float:
                    numbers.Add(reader.ReadDouble());
                    break;
                case MessagePackType.Array:
                    reader.ReadArrayHeader();
                    break;
                case MessagePackType.Map:
                    reader.ReadMapHeader();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return numbers;
    }

    /// <summary>Bytes of the value that the state begins with: all of it, where every array has as many elements as it says.</summary>
    internal static long LengthOfFirstValue(byte[] state)
    {
        var reader = new MessagePackReader(state);
        reader.Skip();
        return reader.Consumed;
    }

    /// <summary>The state with the outermost version raised by one.</summary>
    internal static byte[] OfNextVersion(byte[] state)
    {
        var reader = new MessagePackReader(state);
        var fields = reader.ReadArrayHeader();
        var name = reader.ReadString();
        var version = reader.ReadInt32();
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(fields);
        writer.Write(name);
        writer.Write(version + 1);
        writer.Flush();
        return [.. buffer.WrittenSpan, .. state.AsSpan((int)reader.Consumed)];
    }

    /// <summary>The state with the version of the block of that name raised by one: a small whole number follows a name.</summary>
    internal static byte[] OfNextVersion(byte[] state, string name)
    {
        var changed = state.ToArray();
        var at = changed.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name));
        Assert.True(at > 0, $"The state has no block '{name}'.");
        changed[at + Encoding.UTF8.GetByteCount(name)]++;
        return changed;
    }
}

using System.Buffers;
using MessagePack;

namespace StreamLearn.Learners.Tests.Drift;

/// <summary>States that no stream of bearable length leads to.</summary>
internal static class HandMade
{
    internal static byte[] AdwinState(int rows, int inRow, double value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(4);
        writer.Write("adwin");
        writer.Write(1);
        writer.Write(0);
        writer.WriteArrayHeader(rows);
        for (var row = 0; row < rows; row++)
        {
            writer.WriteArrayHeader(inRow);
            for (var bucket = 0; bucket < inRow; bucket++)
            {
                writer.WriteArrayHeader(4);
                writer.Write(value);
                writer.Write(0.0);
                writer.Write(value);
                writer.Write(value);
            }
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}

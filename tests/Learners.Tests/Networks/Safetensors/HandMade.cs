using System.Buffers.Binary;
using System.Text;

namespace StreamLearn.Learners.Tests.Networks.Safetensors;

/// <summary>Files put together without the code under test.</summary>
internal static class HandMade
{
    /// <summary>A file of this header, whose length is put before it, and these bytes of numbers.</summary>
    public static byte[] File(string header, params byte[] buffer) => File(Encoding.UTF8.GetBytes(header), buffer);

    public static byte[] File(byte[] header, byte[] buffer)
    {
        var file = new byte[8 + header.Length + buffer.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        buffer.CopyTo(file, 8 + header.Length);
        return file;
    }

    /// <summary>A file with one tensor.</summary>
    public static byte[] Tensor(string name, string dtype, string shape, params byte[] buffer) =>
        File($$$"""{"{{{name}}}":{"dtype":"{{{dtype}}}","shape":{{{shape}}},"data_offsets":[0,{{{buffer.Length}}}]}}""", buffer);

    public static byte[] Floats(params float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return bytes;
    }
}

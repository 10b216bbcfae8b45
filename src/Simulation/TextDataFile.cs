using System.Buffers.Binary;
using System.IO.Compression;

namespace StreamLearn.Simulation;

/// <summary>Opens a text file, gzipped (one member) or plain: its content says which.</summary>
internal static class TextDataFile
{
    /// <exception cref="SimulationDataException">Gzip data is damaged or cut off.</exception>
    internal static StreamReader Open(string path)
    {
        var file = File.OpenRead(path);
        try
        {
            Span<byte> magic = stackalloc byte[2];
            var gzipped = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
            if (gzipped)
                CheckWhole(file, path);
            file.Position = 0;
            return new StreamReader(gzipped ? new GZipStream(file, CompressionMode.Decompress) : file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// <see cref="GZipStream"/> takes data that was cut off for a shorter file, so its length is compared with the one that the
    /// last four bytes of a gzip file state (RFC 1952), before anything is learned from it.
    /// </summary>
    private static void CheckWhole(FileStream file, string path)
    {
        const string Expected = "whole gzip data of one member";
        Span<byte> stated = stackalloc byte[sizeof(uint)];
        file.Position = Math.Max(0, file.Length - stated.Length);
        file.ReadExactly(stated[..(int)Math.Min(file.Length, stated.Length)]);
        file.Position = 0;
        var length = 0L;
        try
        {
            using var content = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            var buffer = new byte[1 << 16];
            while (content.Read(buffer) is var read and > 0)
                length += read;
        }
        catch (InvalidDataException cause)
        {
            throw new SimulationDataException(path, 1, Expected, "a damaged block", cause);
        }

        if ((uint)length != BinaryPrimitives.ReadUInt32LittleEndian(stated))
            throw new SimulationDataException(path, 1, Expected, "data that is cut off or has something behind it");
    }
}

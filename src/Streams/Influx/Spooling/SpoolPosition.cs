using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace StreamLearn.Streams.Influx.Spooling;

/// <summary>
/// Where reading of the first segment goes on after a restart: its number, the offset, their CRC-32. A position that is lost or stale costs a rewrite of
/// points that the server has already, which changes nothing there.
/// </summary>
internal sealed class SpoolPosition : IDisposable
{
    private const int Size = 20;

    private readonly SafeFileHandle _file;
    private readonly byte[] _bytes = new byte[Size];

    internal SpoolPosition(string path)
    {
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        if (RandomAccess.Read(_file, _bytes, 0) == Size && BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(16)) == Crc32.HashToUInt32(_bytes.AsSpan(0, 16)))
        {
            Segment = BinaryPrimitives.ReadInt64LittleEndian(_bytes);
            Offset = BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(8));
        }
    }

    /// <summary>Number of the segment; 0: none.</summary>
    internal long Segment { get; }

    internal long Offset { get; }

    internal void Store(long segment, long offset)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes, segment);
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(8), offset);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(16), Crc32.HashToUInt32(_bytes.AsSpan(0, 16)));
        try
        {
            RandomAccess.Write(_file, _bytes, 0);
        }
        catch (IOException)
        {
            // A full disk: see above.
        }
    }

    public void Dispose() => _file.Dispose();
}

using System.Buffers;

namespace StreamLearn.Streams.Influx.Lines;

/// <summary>Lines that are sent together, in memory from the shared pool.</summary>
/// <param name="bytes">The memory.</param>
/// <param name="length">Bytes of it that are lines.</param>
/// <param name="points">How many lines.</param>
internal sealed class LineBatch(byte[] bytes, int length, int points) : IDisposable
{
    private byte[]? _bytes = bytes;

    internal ReadOnlyMemory<byte> Lines => _bytes.AsMemory(0, length);

    internal int Points => points;

    /// <summary>Bytes of memory that it holds: more than its lines.</summary>
    internal int MemoryBytes => _bytes?.Length ?? 0;

    /// <summary>Gives the memory back, once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { Length: > 0 } memory)
        {
            ArrayPool<byte>.Shared.Return(memory);
        }
    }
}

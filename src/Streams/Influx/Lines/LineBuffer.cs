using System.Buffers;

namespace StreamLearn.Streams.Influx.Lines;

/// <summary>Lines as UTF-8, in memory from a pool that grows with what it has to hold. Not thread-safe.</summary>
public sealed class LineBuffer : IDisposable
{
    /// <summary>Bytes of memory that the first line takes.</summary>
    internal const int FirstBytes = 64 * 1024;

    private byte[] _bytes = [];

    /// <summary>Bytes of the lines.</summary>
    public int Length { get; private set; }

    /// <summary>How many lines.</summary>
    public int Lines { get; private set; }

    /// <summary>The lines, each with its line feed.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Bytes of memory that it holds.</summary>
    internal int MemoryBytes => _bytes.Length;

    /// <summary>Takes all lines out; the memory is kept.</summary>
    public void Clear() => Length = Lines = 0;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = [];
        Clear();
    }

    /// <summary>Hands over the lines with their memory; the buffer is empty then.</summary>
    internal LineBatch Detach()
    {
        var batch = new LineBatch(_bytes, Length, Lines);
        _bytes = [];
        Clear();
        return batch;
    }

    /// <summary>Room behind the first <paramref name="used"/> bytes, which may be more than the lines that are complete.</summary>
    internal Span<byte> Room(int used, int most)
    {
        if (_bytes.Length - used < most)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBytes, Math.Max(2 * _bytes.Length, used + most)));
            _bytes.AsSpan(0, used).CopyTo(larger);
            if (_bytes.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = larger;
        }

        return _bytes.AsSpan(used);
    }

    /// <summary>A line is complete.</summary>
    internal void Complete(int length)
    {
        Length = length;
        Lines++;
    }
}

using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Spooling;

namespace StreamLearn.Streams.Tests.Influx.Spooling;

/// <summary>A spool on a disk that does what a test wants.</summary>
/// <param name="onUse">Is called whenever a batch is to be put somewhere.</param>
/// <param name="disk">Where it is put then; null: nowhere.</param>
internal sealed class HookedSpool(Action onUse, ISpool? disk = null) : ISpool
{
    public bool IsDisposed { get; private set; }

    public long Bytes => disk?.Bytes ?? 0;

    public long Points => disk?.Points ?? 0;

    public bool IsEmpty
    {
        get
        {
            onUse();
            return disk?.IsEmpty ?? true;
        }
    }

    public long Head => disk?.Head ?? 0;

    public string? Append(LineBatch batch)
    {
        onUse();
        return disk is null ? "the disk is not there" : disk.Append(batch);
    }

    public string? PutBack(IReadOnlyList<LineBatch> batches)
    {
        onUse();
        return disk is null ? "the disk is not there" : disk.PutBack(batches);
    }

    public LineBatch? Peek() => disk?.Peek();

    public void Advance() => disk?.Advance();

    public void Dispose()
    {
        IsDisposed = true;
        disk?.Dispose();
    }
}

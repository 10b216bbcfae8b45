using System.Globalization;
using StreamLearn.Streams.Influx.Lines;

namespace StreamLearn.Streams.Influx.Spooling;

/// <summary>
/// Batches of lines that wait on disk, in the order in which they came. Bounded: where the space is used up the oldest segment goes. What is written survives the
/// process; it is not forced onto the disk, so a machine that loses power may lose the end. Not thread-safe; one process at a time has a directory.
/// </summary>
internal sealed class DiskSpool : ISpool
{
    private const long MostSegmentBytes = 16 * 1024 * 1024;
    private const long LeastSegmentBytes = 4 * 1024;

    // Of the whole space: so much is lost at once, at most.
    private const int SegmentShare = 16;

    // Numbers go down too, where batches are put back.
    private const long FirstNumber = 1_000_000_000_000_000_000;

    private readonly string _directory;
    private readonly long _maxBytes;
    private readonly long _segmentBytes;
    private readonly ISpoolLosses _losses;
    private readonly FileStream _lock;
    private readonly SpoolPosition _position;
    private readonly LinkedList<SpoolSegment> _segments = new();
    private long _lowest = FirstNumber;
    private long _highest = FirstNumber;

    /// <summary>Opens the spool with what an earlier process has left.</summary>
    /// <param name="directory">Its directory; it is made where it is missing.</param>
    /// <param name="maxBytes">Space of all segments.</param>
    /// <param name="losses">Is told what is lost.</param>
    /// <exception cref="InfluxException">The directory cannot be used, or another process has it.</exception>
    internal DiskSpool(string directory, long maxBytes, ISpoolLosses losses)
    {
        _directory = directory;
        _maxBytes = maxBytes;
        _segmentBytes = Math.Clamp(maxBytes / SegmentShare, LeastSegmentBytes, MostSegmentBytes);
        _losses = losses;
        _lock = Lock(directory);
        try
        {
            _position = new SpoolPosition(Path.Combine(directory, "position"));

            // A new segment must not have the number of one that is half read, even where that is long gone.
            Number(_position.Segment);
            foreach (var (path, number) in Files().OrderBy(file => file.Number))
            {
                Number(number);
                Add(SpoolSegment.Open(path, number, number == _position.Segment ? _position.Offset : 0, losses.Damaged));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new InfluxException($"The spool in {directory} cannot be read: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public long Bytes { get; private set; }

    /// <inheritdoc/>
    public long Points { get; private set; }

    /// <inheritdoc/>
    public bool IsEmpty => Points == 0;

    /// <inheritdoc/>
    public long Head { get; private set; }

    /// <inheritdoc/>
    public string? Append(LineBatch batch)
    {
        var size = SpoolRecord.HeaderBytes + batch.Lines.Length;
        if (size > _maxBytes)
        {
            return $"a batch of {size} bytes is more than the spool may hold";
        }

        while (Bytes + size > _maxBytes && _segments.First is { } oldest)
        {
            _losses.Evicted(oldest.Value.Points);
            Head++;
            if (Try(() => Remove(oldest.Value)) is { } failure)
            {
                return failure;
            }
        }

        return Try(() =>
        {
            if (_segments.Last is not { } last || !last.Value.IsWritable || last.Value.Bytes + size > _segmentBytes)
            {
                Add(SpoolSegment.Create(_directory, ++_highest));
            }

            Write(_segments.Last!.Value, batch);
        });
    }

    /// <inheritdoc/>
    public string? PutBack(IReadOnlyList<LineBatch> batches)
    {
        var size = batches.Sum(batch => (long)SpoolRecord.HeaderBytes + batch.Lines.Length);
        if (Bytes + size > _maxBytes)
        {
            return $"the spool has no room for {size} bytes more";
        }

        SpoolSegment? segment = null;
        var problem = Try(() =>
        {
            segment = SpoolSegment.Create(_directory, --_lowest);
            foreach (var batch in batches)
            {
                segment.Append(batch);
            }
        });
        if (problem is not null)
        {
            Try(() => segment?.Delete());
            return problem;
        }

        _segments.AddFirst(segment!);
        Bytes += segment!.Bytes;
        Points += segment.Points;
        Head++;
        return null;
    }

    /// <inheritdoc/>
    public LineBatch? Peek()
    {
        while (_segments.First?.Value is { } segment)
        {
            var before = segment.Points;
            LineBatch? batch;
            try
            {
                batch = segment.Peek(_losses.Damaged);
            }
            catch (IOException)
            {
                // A disk that does not give back what it has taken: all of the segment is lost.
                _losses.Damaged(segment.Points);
                batch = null;
            }

            if (batch is not null)
            {
                Points -= before - segment.Points;
                return batch;
            }

            Points -= before - segment.Points;
            Head++;
            Try(() => Remove(segment));
        }

        return null;
    }

    /// <inheritdoc/>
    public void Advance()
    {
        if (_segments.First?.Value is not { } segment)
        {
            return;
        }

        var before = segment.Points;
        segment.Advance(_losses.Damaged);
        Points -= before - segment.Points;
        Head++;
        if (segment.IsRead)
        {
            Try(() => Remove(segment));
        }
        else
        {
            _position.Store(segment.Number, segment.Position);
        }
    }

    public void Dispose()
    {
        foreach (var segment in _segments)
        {
            segment.Dispose();
        }

        _position?.Dispose();
        _lock.Dispose();
    }

    private static FileStream Lock(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InfluxException($"The directory {directory} of the spool cannot be made: {exception.Message}", exception);
        }

        var path = Path.Combine(directory, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new InfluxException($"The directory {directory} of the spool cannot be written to: {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            throw new InfluxException(
                $"The spool in {directory} is in use by another process; expected a directory for each: {exception.Message}", exception);
        }
    }

    private IEnumerable<(string Path, long Number)> Files()
    {
        foreach (var path in Directory.EnumerateFiles(_directory, "*" + SpoolSegment.Extension))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                yield return (path, number);
            }
        }
    }

    private void Number(long taken)
    {
        if (taken > 0)
        {
            _lowest = Math.Min(_lowest, taken);
            _highest = Math.Max(_highest, taken);
        }
    }

    private void Add(SpoolSegment segment)
    {
        _segments.AddLast(segment);
        Bytes += segment.Bytes;
        Points += segment.Points;
    }

    private void Write(SpoolSegment segment, LineBatch batch)
    {
        var before = segment.Bytes;
        try
        {
            segment.Append(batch);
            Points += batch.Points;
        }
        finally
        {
            Bytes += segment.Bytes - before;
        }
    }

    private void Remove(SpoolSegment segment)
    {
        _segments.Remove(segment);
        Bytes -= segment.Bytes;
        Points -= segment.Points;
        segment.Delete();
    }

    private static string? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }
}

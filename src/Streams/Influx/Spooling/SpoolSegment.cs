using System.Globalization;
using Microsoft.Win32.SafeHandles;
using StreamLearn.Streams.Influx.Lines;

namespace StreamLearn.Streams.Influx.Spooling;

/// <summary>A file of the spool. Records are appended at its end and read from its front; a segment that is read to its end is deleted.</summary>
internal sealed class SpoolSegment : IDisposable
{
    internal const string Extension = ".spool";

    private readonly string _path;
    private readonly SafeFileHandle _file;

    private SpoolSegment(string path, long number, SafeFileHandle file)
    {
        _path = path;
        Number = number;
        _file = file;
    }

    /// <summary>Segments are read in the order of their numbers.</summary>
    internal long Number { get; }

    /// <summary>Bytes of the file.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Where reading goes on.</summary>
    internal long Position { get; private set; }

    /// <summary>Points that have not been read.</summary>
    internal long Points { get; private set; }

    /// <summary>Whether nothing is left to read.</summary>
    internal bool IsRead => Position >= Bytes;

    /// <summary>Whether records can be appended; not after a write that failed and could not be undone.</summary>
    internal bool IsWritable { get; private set; } = true;

    /// <exception cref="IOException">It cannot be made.</exception>
    internal static SpoolSegment Create(string directory, long number)
    {
        var path = Path.Combine(directory, number.ToString("D19", CultureInfo.InvariantCulture) + Extension);
        return new SpoolSegment(path, number, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite));
    }

    /// <summary>Opens one that an earlier process has left. A tail that is no whole record is cut off.</summary>
    /// <param name="path">The file.</param>
    /// <param name="number">Its number.</param>
    /// <param name="position">Where reading goes on.</param>
    /// <param name="damaged">Receives for each damaged place the points that are known to be lost there.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static SpoolSegment Open(string path, long number, long position, Action<long> damaged)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        try
        {
            var end = RandomAccess.GetLength(file);
            var segment = new SpoolSegment(path, number, file) { Position = Math.Clamp(position, 0, end) };
            var at = segment.Position;
            while (SpoolRecord.Find(file, at, end) is { } record)
            {
                if (record.Start > at)
                {
                    damaged(0);
                }

                segment.Points += record.Points;
                at = record.End;
            }

            if (at < end)
            {
                damaged(0);
                RandomAccess.SetLength(file, at);
            }

            segment.Bytes = at;
            return segment;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="IOException">It could not be written; the segment is as it was, or takes no more.</exception>
    internal void Append(LineBatch batch)
    {
        try
        {
            SpoolRecord.Write(_file, Bytes, batch);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Undo();
            throw new IOException(exception.Message, exception);
        }

        Bytes += SpoolRecord.HeaderBytes + batch.Lines.Length;
        Points += batch.Points;
    }

    /// <summary>The record that is to be read next; null: there is none. Damaged ones are passed over.</summary>
    internal LineBatch? Peek(Action<long> damaged)
    {
        while (SpoolRecord.Find(_file, Position, Bytes) is { } record)
        {
            if (record.Start > Position)
            {
                Position = record.Start;
            }

            if (record.Read(_file) is { } batch)
            {
                return batch;
            }

            // Its length is not trusted either: the next one is where its marker is.
            damaged(record.Points);
            Position = record.Start + 1;
            Points = Math.Max(0, Points - record.Points);
        }

        Position = Bytes;
        CountMissing(damaged);
        return null;
    }

    /// <summary>The record that was looked at is done with.</summary>
    internal void Advance(Action<long> damaged)
    {
        if (SpoolRecord.Find(_file, Position, Bytes) is { } record)
        {
            Position = record.End;
            Points = Math.Max(0, Points - record.Points);
        }

        CountMissing(damaged);
    }

    /// <summary>Deletes the file.</summary>
    internal void Delete()
    {
        Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>At the end: what was there when it was opened or appended, and is not any more.</summary>
    private void CountMissing(Action<long> damaged)
    {
        if (IsRead && Points > 0)
        {
            damaged(Points);
            Points = 0;
        }
    }

    private void Undo()
    {
        try
        {
            RandomAccess.SetLength(_file, Bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What is there of the record is passed over when it is read.
            Bytes = RandomAccess.GetLength(_file);
            IsWritable = false;
        }
    }
}

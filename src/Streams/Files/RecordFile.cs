using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Files;

/// <summary>
/// A text file of records, a line each: JSON objects, or CSV under a header line, or Vowpal Wabbit's text, also with an example of several
/// lines; plain or gzip. Read as one partition whose offsets are the record numbers, so that a file takes the same way as a topic.
/// </summary>
public static class RecordFile
{
    private const int LongestLine = 16 * 1024 * 1024;

    /// <summary>Looks at the name and the front of a file. Vowpal Wabbit's text is what ends in <c>.vw</c>, or in <c>.txt</c> with a bar that starts
    /// the first line or follows a blank there; <c>.gz</c> behind that says nothing.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is empty.</exception>
    public static RecordFileFormat Inspect(string path)
    {
        using var stream = Open(path);
        foreach (var line in Lines(stream, path))
        {
            var text = Encoding.UTF8.GetString(line.Span);
            return new RecordFileFormat(text.TrimStart().StartsWith('{') ? "json" : IsVw(path, text) ? "vw" : "csv", text);
        }

        throw new InvalidDataException($"{path} is empty; expected JSON objects, a line each, or CSV with a header line.");
    }

    /// <summary>The records of a file, in batches; the header line of CSV is none of them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="firstOffset">Offset of its first record, for a file that continues another.</param>
    /// <param name="batchRecords">Most records in a batch.</param>
    /// <param name="isCsv">Whether the first line is a header; null: where it looks like one.</param>
    public static IEnumerable<RecordBatch> Read(string path, long firstOffset = 0, int batchRecords = 512, bool? isCsv = null)
    {
        var header = isCsv ?? Inspect(path).Format == "csv";
        var builder = new RecordBatchBuilder(Path.GetFileName(path), 0, batchRecords, maxBytes: 1024 * 1024);
        using var stream = Open(path);
        var offset = firstOffset;
        foreach (var line in Lines(stream, path))
        {
            if (header)
            {
                header = false;
                continue;
            }

            if (builder.IsFull)
            {
                yield return builder.Build(epoch: 0);
            }

            builder.Add(offset, offset, default, hasKey: false, line.Span, hasValue: true);
            offset++;
        }

        if (builder.Count > 0)
        {
            yield return builder.Build(epoch: 0);
        }
    }

    /// <summary>Whether a file of Vowpal Wabbit's text has examples of several lines: the first one begins with <c>shared</c>, or a blank line stands
    /// among the first ten thousand.</summary>
    public static bool HasBlocks(string path)
    {
        const int Looked = 10_000;
        using var stream = Open(path);
        var lines = 0;
        var blank = false;
        foreach (var line in Lines(stream, path, blanks: true))
        {
            // A blank line at the end says nothing.
            if (!line.IsEmpty && ((lines > 0 && blank) || (lines == 0 && line.Span.StartsWith("shared"u8))))
            {
                return true;
            }

            blank = line.IsEmpty;
            lines += blank ? 0 : 1;
            if (lines == Looked)
            {
                break;
            }
        }

        return false;
    }

    /// <summary>The blocks of lines of a file that a blank line ends, one a record: the multi-line examples of Vowpal Wabbit.</summary>
    /// <param name="path">The file.</param>
    /// <param name="firstOffset">Offset of its first record, for a file that continues another.</param>
    /// <param name="batchRecords">Most records in a batch.</param>
    public static IEnumerable<RecordBatch> ReadBlocks(string path, long firstOffset = 0, int batchRecords = 512)
    {
        var builder = new RecordBatchBuilder(Path.GetFileName(path), 0, batchRecords, maxBytes: 1024 * 1024);
        using var stream = Open(path);
        var block = new ArrayBufferWriter<byte>(4096);
        var offset = firstOffset;
        foreach (var line in Lines(stream, path, blanks: true).Append(default))
        {
            if (!line.IsEmpty)
            {
                if (block.WrittenCount + line.Length > LongestLine)
                {
                    throw new InvalidDataException($"{path} has an example of more than {LongestLine} bytes; expected a blank line behind each.");
                }

                block.Write(block.WrittenCount == 0 ? default : "\n"u8);
                block.Write(line.Span);
                continue;
            }

            if (block.WrittenCount == 0)
            {
                continue;
            }

            if (builder.IsFull)
            {
                yield return builder.Build(epoch: 0);
            }

            builder.Add(offset, offset, default, hasKey: false, block.WrittenSpan, hasValue: true);
            block.ResetWrittenCount();
            offset++;
        }

        if (builder.Count > 0)
        {
            yield return builder.Build(epoch: 0);
        }
    }

    /// <summary>The lines of a file, blank ones as empty ones, without their ends; each is valid until the next is asked for.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or has a line of more than 16 MiB.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> ReadLines(string path)
    {
        using var stream = Open(path);
        foreach (var line in Lines(stream, path, blanks: true))
        {
            yield return line;
        }
    }

    private static bool IsVw(string path, string firstLine)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return name.EndsWith(".vw", StringComparison.OrdinalIgnoreCase)
            || (name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)
                && (firstLine.StartsWith('|') || firstLine.Contains(" |", StringComparison.Ordinal)));
    }

    private static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.SequentialScan);
        var compressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>The lines that are not blank, without their ends; each is valid until the next is asked for.</summary>
    /// <param name="stream">The file, inflated.</param>
    /// <param name="path">Its path.</param>
    /// <param name="blanks">Whether blank lines come too, as empty ones.</param>
    private static IEnumerable<ReadOnlyMemory<byte>> Lines(Stream stream, string path, bool blanks = false)
    {
        var buffer = new byte[64 * 1024];
        var start = 0;
        var end = 0;
        var first = true;
        var total = 0L;
        while (true)
        {
            var newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (newline < 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                end -= start;
                start = 0;
                if (end == buffer.Length)
                {
                    if (end >= LongestLine)
                    {
                        throw new InvalidDataException($"{path} has a line of more than {LongestLine} bytes; expected a record a line.");
                    }

                    Array.Resize(ref buffer, buffer.Length * 2);
                }

                var read = stream.Read(buffer, end, buffer.Length - end);
                end += read;
                total += read;
                if (read > 0)
                {
                    continue;
                }

                CheckWhole(stream, path, total);
                newline = end;
            }

            var line = Trim(buffer.AsMemory(start, newline), first);
            first = false;
            if (blanks || !line.IsEmpty)
            {
                yield return line;
            }

            start += newline + 1;
            if (start > end)
            {
                yield break;
            }
        }
    }

    /// <summary>The runtime reads a gzip file that was cut off as a shorter one; the length in the last four bytes tells.</summary>
    private static void CheckWhole(Stream stream, string path, long total)
    {
        if (stream is not GZipStream { BaseStream: FileStream file })
        {
            return;
        }

        Span<byte> length = stackalloc byte[4];
        if (file.Length < length.Length)
        {
            throw new InvalidDataException($"{path} is cut off or damaged: it has {file.Length} bytes; expected gzip.");
        }

        file.Seek(-4, SeekOrigin.End);
        file.ReadExactly(length);
        var stated = BinaryPrimitives.ReadUInt32LittleEndian(length);
        if ((uint)total < stated)
        {
            throw new InvalidDataException($"{path} is cut off or damaged: {total} bytes came out of it; expected {stated}, as its end states.");
        }
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> line, bool first)
    {
        ReadOnlySpan<byte> mark = [0xef, 0xbb, 0xbf];
        if (first && line.Span.StartsWith(mark))
        {
            line = line[mark.Length..];
        }

        var blank = " \t\r"u8;
        return line.Span.TrimEnd(blank).IsEmpty ? default : line[..line.Span.TrimEnd((byte)'\r').Length];
    }
}

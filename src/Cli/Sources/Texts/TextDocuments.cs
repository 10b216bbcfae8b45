using System.Buffers;
using StreamLearn.Streams.Files;

namespace StreamLearn.Cli.Sources.Texts;

/// <summary>Cuts a file of text into documents of so many lines each; blank ones are left out.</summary>
internal static class TextDocuments
{
    /// <summary>Bytes after which a document ends in any case.</summary>
    private const int MostBytes = 64 * 1024;

    /// <param name="path">The file.</param>
    /// <param name="lines">Lines of a document.</param>
    internal static IEnumerable<byte[]> Read(string path, int lines)
    {
        var document = new ArrayBufferWriter<byte>();
        var count = 0;
        foreach (var line in RecordFile.ReadLines(path))
        {
            foreach (var piece in Pieces(line))
            {
                if (document.WrittenCount > 0 && document.WrittenCount + piece.Length >= MostBytes)
                {
                    yield return Take(document);
                }

                document.Write(piece.Span);
            }

            document.Write("\n"u8);
            if (++count == lines)
            {
                count = 0;
                if (!IsBlank(document.WrittenSpan))
                {
                    yield return Take(document);
                }

                document.ResetWrittenCount();
            }
        }

        if (!IsBlank(document.WrittenSpan))
        {
            yield return Take(document);
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(ReadOnlyMemory<byte> line)
    {
        for (var from = 0; from < line.Length; from += MostBytes - 1)
        {
            yield return line.Slice(from, Math.Min(MostBytes - 1, line.Length - from));
        }
    }

    private static byte[] Take(ArrayBufferWriter<byte> document)
    {
        var text = document.WrittenSpan.ToArray();
        document.ResetWrittenCount();
        return text;
    }

    private static bool IsBlank(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept("\n\r \t"u8);
}

using System.Text;
using StreamLearn.Learners.Randomness;
using StreamLearn.Streams.Records;

namespace StreamLearn.Cli.Sources.Texts;

/// <summary>Documents of several files of text, mixed: the next one is of each file with a probability that its documents left have among all, so that all end about
/// the same time. The same seed gives the same order.</summary>
/// <param name="files">The files.</param>
/// <param name="lines">Lines of a document.</param>
/// <param name="seed">Seed of the order.</param>
/// <param name="most">Documents at most.</param>
internal sealed class TextMixture(IReadOnlyList<TextFile> files, int lines, ulong seed, long most)
{
    private const int BatchRecords = 64;

    /// <summary>The documents with their domains. Files are read twice: to count first.</summary>
    internal IEnumerable<(string Domain, byte[] Text)> Documents()
    {
        long[] left = [.. files.Select(file => TextDocuments.Read(file.Path, lines).LongCount())];
        var random = new Xoshiro256(seed);
        var open = files.Select(file => TextDocuments.Read(file.Path, lines).GetEnumerator()).ToArray();
        try
        {
            for (var (sum, drawn) = (left.Sum(), 0L); sum > 0 && drawn < most; sum--, drawn++)
            {
                var place = (long)(random.NextDouble() * sum);
                var file = 0;
                for (; place >= left[file]; file++)
                {
                    place -= left[file];
                }

                left[file]--;
                if (!open[file].MoveNext())
                {
                    throw new InvalidDataException($"{files[file].Path} has become shorter while it was read.");
                }

                yield return (files[file].Domain, open[file].Current);
            }
        }
        finally
        {
            foreach (var one in open)
            {
                one.Dispose();
            }
        }
    }

    /// <summary>The same as records whose message key is the domain, and whose value is the text.</summary>
    internal IEnumerable<RecordBatch> Batches()
    {
        var builder = new RecordBatchBuilder("texts", 0, BatchRecords, maxBytes: 1024 * 1024);
        var offset = 0L;
        foreach (var (domain, text) in Documents())
        {
            if (builder.IsFull)
            {
                yield return builder.Build(epoch: 0);
            }

            builder.Add(offset, offset, Encoding.UTF8.GetBytes(domain), hasKey: true, text, hasValue: true);
            offset++;
        }

        if (builder.Count > 0)
        {
            yield return builder.Build(epoch: 0);
        }
    }
}

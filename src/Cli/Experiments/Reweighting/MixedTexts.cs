using System.Buffers;
using StreamLearn.Learners.Randomness;
using StreamLearn.Streams.Files;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>The shared texts as documents of several domains.</summary>
internal sealed class MixedTexts
{
    /// <summary>Bytes of a document at least, but for the last one: whole lines, as many as it takes.</summary>
    internal const int DocumentBytes = 256;

    private static readonly (string Domain, string File)[] Files =
    [
        ("code", "text_python_stdlib/python_stdlib_sample.txt.gz"), ("plato", "text_republic/republic.txt.gz"), ("shakespeare", "text_shakespeare/input.txt.gz"),
        ("sms", "text_sms_spam/SMSSpamCollection"), ("wikipedia", "text_wikitext2/valid.txt.gz"),
    ];

    private readonly byte[][][] _documents;

    private MixedTexts(IReadOnlyList<string> domains, byte[][][] documents)
    {
        Domains = domains;
        _documents = documents;
    }

    /// <summary>The domains' names.</summary>
    internal IReadOnlyList<string> Domains { get; }

    /// <summary>What a missing folder should have had.</summary>
    internal static string Example => Files[0].File;

    /// <summary>Reads those that are there; null: none is.</summary>
    internal static MixedTexts? Read(string folder)
    {
        (string Domain, string File)[] there = [.. Files.Where(file => File.Exists(Path.Combine(folder, file.File)))];
        return there.Length == 0 ? null : new MixedTexts([.. there.Select(file => file.Domain)], [.. there.Select(file => Documents(Path.Combine(folder, file.File), file.Domain == "sms"))]);
    }

    /// <summary>Documents in an order that the seed decides on: each of a domain that is drawn, all alike, and the next one of that, from a place on that is drawn; after the last one the first.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="bytes">Bytes of all together, nearly.</param>
    internal IEnumerable<(int Domain, byte[] Text)> Mixture(ulong seed, long bytes)
    {
        var random = new Xoshiro256(seed);
        int[] next = [.. _documents.Select(documents => (int)(random.NextDouble() * documents.Length))];
        for (var given = 0L; given < bytes;)
        {
            var domain = (int)(random.NextDouble() * _documents.Length);
            var text = _documents[domain][next[domain]];
            next[domain] = (next[domain] + 1) % _documents[domain].Length;
            given += text.Length;
            yield return (domain, text);
        }
    }

    private static byte[][] Documents(string path, bool isLabelled)
    {
        var documents = new List<byte[]>();
        var document = new ArrayBufferWriter<byte>();
        foreach (var line in RecordFile.ReadLines(path))
        {
            // What stands before a tab says whether it is spam.
            document.Write(isLabelled ? line.Span[(line.Span.IndexOf((byte)'\t') + 1)..] : line.Span);
            document.Write("\n"u8);
            if (document.WrittenCount >= DocumentBytes)
            {
                documents.Add(document.WrittenSpan.ToArray());
                document.ResetWrittenCount();
            }
        }

        return [.. documents];
    }
}

using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace StreamLearn.Learners.Language.Tokens;

/// <summary>Byte-level byte-pair encoding, as GPT-2 has it, with a given vocabulary. Bytes that are no UTF-8 are read as U+FFFD. A text allocates.</summary>
/// <remarks>Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units", 2016; over bytes: Radford et al. 2019. The encoding itself is
/// <c>Microsoft.ML.Tokenizers</c>.</remarks>
public sealed partial class SubwordTokenizer : ITokenizer
{
    // Of a byte that is no UTF-8: U+FFFD.
    private const int MostTokensOfByte = 3;

    private readonly Tokenizer _tokenizer;

    private SubwordTokenizer(Tokenizer tokenizer, int tokens, string signature)
    {
        _tokenizer = tokenizer;
        Vocabulary = tokens + 1;
        Signature = signature;
    }

    /// <inheritdoc/>
    public int Vocabulary { get; }

    /// <inheritdoc/>
    public int EndOfDocument => Vocabulary - 1;

    /// <inheritdoc/>
    public string Signature { get; }

    /// <summary>From a vocabulary as GPT-2's <c>vocab.json</c>, an object of tokens and their numbers, and its <c>merges.txt</c>.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public static SubwordTokenizer FromMerges(byte[] vocabulary, byte[] merges)
    {
        try
        {
            var tokens = JsonSerializer.Deserialize<Dictionary<string, int>>(vocabulary) ?? [];
            RequireBytes(value => tokens.ContainsKey(SymbolOf(value)));
            string[] lines = [.. Encoding.UTF8.GetString(merges).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => !line.StartsWith("#version", StringComparison.Ordinal))];
            var tokenizer = BpeTokenizer.Create(new BpeOptions(tokens) { Merges = lines, ByteLevel = true, PreTokenizer = Words() });
            return new SubwordTokenizer(tokenizer, Count(tokens.Values), $"bpe {Digest(vocabulary, merges)}");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException or InvalidDataException)
        {
            throw new FormatException($"no vocabulary of byte-pair encoding with its merges: {exception.Message}");
        }
    }

    /// <summary>From a vocabulary as tiktoken's: a line for each token, its bytes in base64 and its rank.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SubwordTokenizer FromRanks(byte[] vocabulary)
    {
        try
        {
            var ranks = Encoding.UTF8.GetString(vocabulary).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => (Bytes: Convert.FromBase64String(line[..Math.Max(0, line.LastIndexOf(' '))]), Rank: int.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), NumberStyles.None, CultureInfo.InvariantCulture)))
                .ToList();
            var single = ranks.Where(rank => rank.Bytes.Length == 1).Select(rank => rank.Bytes[0]).ToHashSet();
            RequireBytes(single.Contains);
            using var stream = new MemoryStream(vocabulary);
            return new SubwordTokenizer(TiktokenTokenizer.Create(stream, Words(), null), Count(ranks.Select(rank => rank.Rank)), $"tiktoken {Digest(vocabulary)}");
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or InvalidDataException or OverflowException)
        {
            throw new FormatException($"no vocabulary of tiktoken: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public int MostTokens(int bytes) => checked(MostTokensOfByte * bytes);

    /// <inheritdoc/>
    public int Tokenize(ReadOnlySpan<byte> text, Span<int> tokens)
    {
        // Of the call: fleets on several threads have the same tokenizer.
        var letters = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            var found = _tokenizer.EncodeToIds(letters.AsSpan(0, Encoding.UTF8.GetChars(text, letters)));
            for (var i = 0; i < found.Count; i++)
            {
                tokens[i] = found[i];
            }

            return found.Count;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(letters);
        }
    }

    /// <summary>Whatever the bytes of a text are, there are tokens for them.</summary>
    private static void RequireBytes(Func<byte, bool> has)
    {
        for (var value = 0; value <= byte.MaxValue; value++)
        {
            if (!has((byte)value))
            {
                throw new FormatException($"a vocabulary without a token of the byte 0x{value:X2}; expected one of each of the 256 bytes");
            }
        }
    }

    /// <summary>The letter that GPT-2's vocabulary has for a byte: itself where it can be seen, else one of those from U+0100 on, in their order.</summary>
    private static string SymbolOf(byte value)
    {
        static bool CanBeSeen(int letter) => letter is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE and <= 0xFF;
        return ((char)(CanBeSeen(value) ? value : 0x100 + Enumerable.Range(0, value).Count(before => !CanBeSeen(before)))).ToString();
    }

    private static int Count(IEnumerable<int> numbers)
    {
        var (least, most, count) = (int.MaxValue, -1, 0);
        foreach (var number in numbers)
        {
            (least, most, count) = (Math.Min(least, number), Math.Max(most, number), count + 1);
        }

        const int Most = 1 << 20;
        return count > 0 && least >= 0 && most < Most ? most + 1 : throw new FormatException($"{count} tokens with numbers from {least} to {most}; expected some, from 0 to {Most - 1}");
    }

    private static string Digest(params ReadOnlySpan<byte[]> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(file);
        }

        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    /// <summary>Cuts a text where no token goes across, as GPT-2 does.</summary>
    private static RegexPreTokenizer Words() => new(WordPattern(), null);

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex WordPattern();
}

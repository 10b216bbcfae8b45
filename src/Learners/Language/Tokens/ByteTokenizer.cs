namespace StreamLearn.Learners.Language.Tokens;

/// <summary>Each byte is a token, and the end of a document is token 256. Bytes that are no UTF-8 are learned as they are.</summary>
public sealed class ByteTokenizer : ITokenizer
{
    /// <summary>How configuration names it.</summary>
    public const string Name = "bytes";

    private const int Bytes = 256;

    /// <summary>The one that there is: it has no state.</summary>
    public static ByteTokenizer Instance { get; } = new();

    /// <inheritdoc/>
    public int Vocabulary => Bytes + 1;

    /// <inheritdoc/>
    public int EndOfDocument => Bytes;

    /// <inheritdoc/>
    public string Signature => Name;

    /// <inheritdoc/>
    public int MostTokens(int bytes) => bytes;

    /// <inheritdoc/>
    public int Tokenize(ReadOnlySpan<byte> text, Span<int> tokens)
    {
        for (var i = 0; i < text.Length; i++)
        {
            tokens[i] = text[i];
        }

        return text.Length;
    }
}

namespace StreamLearn.Learners.Language;

/// <summary>A text as learners see it.</summary>
/// <param name="tokens">At least two: those of the text, then the end of the document.</param>
/// <param name="domain">The domain's number.</param>
/// <param name="bytes">Bytes of the text.</param>
public readonly ref struct TokenizedText(ReadOnlySpan<int> tokens, int domain, int bytes)
{
    /// <summary>The tokens, the last one being the end of the document.</summary>
    public ReadOnlySpan<int> Tokens { get; } = tokens;

    /// <summary>The domain's number.</summary>
    public int Domain { get; } = domain;

    /// <summary>Bytes of the text.</summary>
    public int Bytes { get; } = bytes;
}

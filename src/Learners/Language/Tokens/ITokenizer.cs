namespace StreamLearn.Learners.Language.Tokens;

/// <summary>Turns texts into tokens. The same bytes always give the same tokens; whatever the bytes are, there is an answer. Without state: all fleets of a pipeline, on
/// several threads, have the same one.</summary>
public interface ITokenizer
{
    /// <summary>Tokens that there are, the end of a document included: tokens are from 0 to this less 1.</summary>
    int Vocabulary { get; }

    /// <summary>The token that ends a document. No text has it.</summary>
    int EndOfDocument { get; }

    /// <summary>What it is, in one line: a stored model is of use with the same only.</summary>
    string Signature { get; }

    /// <summary>The most tokens that a text of so many bytes can have.</summary>
    int MostTokens(int bytes);

    /// <summary>The tokens of a text, without an end of the document.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="tokens">[<see cref="MostTokens"/>] or more, written.</param>
    /// <returns>How many there are.</returns>
    int Tokenize(ReadOnlySpan<byte> text, Span<int> tokens);
}

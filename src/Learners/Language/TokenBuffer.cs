using StreamLearn.Learners.Language.Tokens;

namespace StreamLearn.Learners.Language;

/// <summary>Room for the tokens of one text, used again for the next.</summary>
/// <param name="tokenizer">What turns texts into tokens.</param>
internal sealed class TokenBuffer(ITokenizer tokenizer)
{
    private int[] _tokens = new int[1024];

    /// <summary>The tokens of a text and the end of the document, until the next call.</summary>
    internal ReadOnlySpan<int> Tokenize(ReadOnlySpan<byte> text)
    {
        var most = tokenizer.MostTokens(text.Length) + 1;
        if (_tokens.Length < most)
        {
            _tokens = new int[Math.Max(most, _tokens.Length * 2)];
        }

        var count = tokenizer.Tokenize(text, _tokens);
        _tokens[count] = tokenizer.EndOfDocument;
        return _tokens.AsSpan(0, count + 1);
    }
}

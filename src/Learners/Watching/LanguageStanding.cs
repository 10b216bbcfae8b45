namespace StreamLearn.Learners.Watching;

/// <summary>Places in <see cref="KeyStanding.Numbers"/> of a key of a language pipeline, of its own learner. NaN: there is none yet.</summary>
public static class LanguageStanding
{
    /// <summary>Tokens scored.</summary>
    public const int Tokens = 0;

    /// <summary>Perplexity since the start.</summary>
    public const int Perplexity = 1;

    /// <summary>Fading perplexity.</summary>
    public const int FadingPerplexity = 2;

    /// <summary>Bits for each byte of text, since the start.</summary>
    public const int BitsPerByte = 3;

    /// <summary>Domains of the key.</summary>
    public const int Domains = 4;

    /// <summary>Texts learned from.</summary>
    public const int Learned = 5;

    /// <summary>How many there are.</summary>
    public const int Count = 6;
}

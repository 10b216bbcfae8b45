using System.Text;
using StreamLearn.Learners.Language.Tokens;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Language;

/// <summary>The task <c>language</c>: to say of each token of a text how likely it is after those before it.</summary>
public sealed record LanguageTask
{
    /// <summary>How configuration names it.</summary>
    public const string Name = "language";

    /// <summary>The most domains that a pipeline may have.</summary>
    public const int MostDomains = 256;

    /// <summary>The most bytes of a domain's name, UTF-8.</summary>
    public const int MostDomainBytes = 128;

    /// <summary>The most tokens of a sequence.</summary>
    public const int MostContext = 8192;

    /// <summary>The domains that texts may be of; empty: they grow as they come.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Where domains grow: how many there may be in a key. Default 64.</summary>
    public int MaxDomains { get; init; } = 64;

    /// <summary>Tokens of a sequence: what is learned in one piece, and how far a model looks back. Default 128.</summary>
    public int Context { get; init; } = 128;

    /// <summary>What turns texts into tokens. Default: bytes.</summary>
    public ITokenizer Tokenizer { get; init; } = ByteTokenizer.Instance;

    /// <summary>When texts are scored for readers. Default: with their mini-batch.</summary>
    public TextScore Score { get; init; } = TextScore.Batch;

    /// <summary>Over which past scores are taken.</summary>
    public LanguageScoring Scoring { get; init; } = new();

    /// <summary>Domains that a key has at most.</summary>
    internal int DomainLimit => Domains.Count > 0 ? Domains.Count : MaxDomains;

    /// <summary>What texts become: what a stored state is compared by.</summary>
    internal string Meaning => FormattableString.Invariant(
        $"domains [{string.Join(", ", Domains)}], context {Context}, tokenizer {Tokenizer.Signature} of {Tokenizer.Vocabulary} tokens");

    /// <summary>Checks the settings.</summary>
    /// <exception cref="OptionException">One of them cannot be used.</exception>
    public LanguageTask Validate(string path = "task")
    {
        if (Domains.Count > MostDomains || Domains.Any(name => name.Length == 0 || Encoding.UTF8.GetByteCount(name) > MostDomainBytes)
            || Domains.Distinct(StringComparer.Ordinal).Count() != Domains.Count)
        {
            throw new OptionException(
                $"{path}.domains", $"[{string.Join(", ", Domains)}]",
                $"up to {MostDomains} names of up to {MostDomainBytes} bytes, each once; none where domains grow as they come");
        }

        Require(MaxDomains is >= 1 and <= MostDomains, "max-domains", MaxDomains, $"a number from 1 to {MostDomains}");
        Require(Context is >= 2 and <= MostContext, "context", Context, $"a number of tokens from 2 to {MostContext}");
        Scoring.Validate($"{path}.scoring");
        return this;

        void Require(bool holds, string name, int actual, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{path}.{name}", FormattableString.Invariant($"{actual}"), expected);
            }
        }
    }
}

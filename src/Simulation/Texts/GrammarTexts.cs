using System.Text;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Simulation.Texts;

/// <summary>
/// Texts of three domains that no model finds alike: <c>status</c>, lines of a device that hardly vary; <c>prose</c>, sentences of a small grammar; <c>codes</c>, digits and
/// letters by chance, of which nothing can be foreseen but the alphabet. The same seed gives the same texts.
/// </summary>
/// <param name="seed">Seed of all of them.</param>
public sealed class GrammarTexts(ulong seed)
{
    /// <summary>Of <c>codes</c>: a character has one of so many values, so its perplexity is about this, and no less.</summary>
    public const int CodeAlphabet = 16;

    private static readonly string[] Adjectives = ["old", "quiet", "red", "small", "heavy", "green", "early", "late"];
    private static readonly string[] Nouns = ["river", "engine", "garden", "letter", "window", "teacher", "market", "winter", "signal", "boat"];
    private static readonly string[] Verbs = ["finds", "follows", "crosses", "leaves", "repairs", "watches", "carries", "forgets"];
    private static readonly string[] Places = ["near the harbour", "in the morning", "under the bridge", "before the rain", "at the station"];

    private readonly Xoshiro256 _random = new(seed);

    /// <summary>The domains, in the order of how hard they are.</summary>
    public static IReadOnlyList<string> Domains { get; } = ["status", "prose", "codes"];

    /// <summary>Texts without end, their domains drawn alike.</summary>
    public IEnumerable<(string Domain, string Text)> Draw()
    {
        for (var tick = 0; ; tick++)
        {
            var domain = Below(Domains.Count);
            yield return (Domains[domain], domain switch
            {
                0 => Status(tick),
                1 => Prose(),
                _ => Codes(),
            });
        }
    }

    private string Status(int tick) => FormattableString.Invariant(
        $"link-{Below(8)} is {(Below(20) == 0 ? "down" : "up")}, load {10 * Below(10)} percent, errors 0, checked {tick % 24:00}:00");

    private string Prose()
    {
        var text = new StringBuilder();
        for (var sentence = 1 + Below(2); sentence > 0; sentence--)
        {
            text.Append("The ").Append(Noun()).Append(' ').Append(Of(Verbs)).Append(" the ").Append(Noun());
            if (Below(2) == 0)
            {
                text.Append(' ').Append(Of(Places));
            }

            text.Append(sentence > 1 ? ". " : ".");
        }

        return text.ToString();
    }

    private string Noun() => Below(2) == 0 ? Of(Nouns) : $"{Of(Adjectives)} {Of(Nouns)}";

    private string Codes() => string.Create(24 + Below(24), this, static (characters, texts) =>
    {
        foreach (ref var character in characters)
        {
            character = "0123456789abcdef"[texts.Below(CodeAlphabet)];
        }
    });

    private string Of(string[] words) => words[Below(words.Length)];

    private int Below(int bound) => (int)(_random.NextDouble() * bound);
}

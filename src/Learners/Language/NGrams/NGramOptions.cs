using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Language.NGrams;

/// <summary>Settings of <c>byte-ngram</c>.</summary>
/// <param name="Order">The longest run of tokens that is counted: it looks back on one less. Default 4.</param>
/// <param name="MaxEntries">Different runs that are kept, of all lengths together; each takes some 50 bytes, 16 in stored state. Default 200,000.</param>
internal sealed record NGramOptions(int Order = 4, int MaxEntries = 200_000)
{
    internal static NGramOptions From(OptionSet options)
    {
        var defaults = new NGramOptions();
        return new NGramOptions(options.Whole("order", defaults.Order, 1, 16), options.Whole("max-entries", defaults.MaxEntries, 100, 100_000_000));
    }

    internal static (string Name, object Default)[] Texts()
    {
        var defaults = new NGramOptions();
        return [("order", defaults.Order), ("max-entries", defaults.MaxEntries)];
    }
}

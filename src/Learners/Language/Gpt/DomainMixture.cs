using System.Globalization;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Language.Gpt;

/// <summary>With which probability the sequences of a mini-batch are of which domain: the sampling mixture, of which the weights of samples know nothing.</summary>
internal sealed class DomainMixture
{
    private readonly Dictionary<string, double> _weights;

    private DomainMixture(Dictionary<string, double> weights) => _weights = weights;

    /// <summary>Whether there is one; if not, sequences are learned as they come.</summary>
    internal bool IsGiven => _weights.Count > 0;

    /// <summary>Reads it from a text, <c>name = weight, name = weight</c>; empty: there is none.</summary>
    /// <exception cref="OptionException">It is none.</exception>
    internal static DomainMixture From(OptionSet options, string setting)
    {
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        var text = options.Names.Contains(setting) ? options.Value(setting) : "";
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.LastIndexOf('=');
            var name = equals < 0 ? "" : part[..equals].Trim();
            if (name.Length == 0
                || !double.TryParse(part[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var weight)
                || weight is not (> 0 and <= 1e9) || !weights.TryAdd(name, weight))
            {
                throw new OptionException($"{options.Path}.{setting}", $"'{text}'", "empty, or domains with their weights above 0, each once: name = weight, name = weight");
            }
        }

        return new DomainMixture(weights);
    }

    /// <summary>Refuses a domain that a task does not have.</summary>
    internal void Check(LanguageTask task, string path)
    {
        if (task.Domains.Count > 0 && _weights.Keys.FirstOrDefault(name => !task.Domains.Contains(name)) is { } unknown)
        {
            throw new OptionException(path, $"for '{unknown}' too", $"domains of the task: {string.Join(", ", task.Domains)}");
        }
    }

    /// <summary>The weight of a domain; 0: it is not learned.</summary>
    internal double Of(string name) => _weights.GetValueOrDefault(name);

    /// <summary>Draws the domain of the next sequence among those that have one; -1: none that has a weight does.</summary>
    internal int Draw(DomainNames names, SequencePacker packer, Xoshiro256 random)
    {
        var sum = 0.0;
        var last = -1;
        for (var domain = 0; domain < names.Count; domain++)
        {
            if (packer.FullOf(domain) > 0 && Of(names.All[domain]) is > 0 and var weight)
            {
                sum += weight;
                last = domain;
            }
        }

        if (last < 0)
        {
            return -1;
        }

        var drawn = random.NextDouble() * sum;
        for (var domain = 0; domain < last; domain++)
        {
            if (packer.FullOf(domain) > 0)
            {
                drawn -= Of(names.All[domain]);
                if (drawn < 0)
                {
                    return domain;
                }
            }
        }

        return last;
    }
}

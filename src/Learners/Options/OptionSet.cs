using System.Globalization;
using StreamLearn.Learners.Networks.Safetensors;

namespace StreamLearn.Learners.Options;

/// <summary>
/// The settings of one learner as text, with the path that error messages name. Reading a number checks its range:
/// an unusable one throws <see cref="OptionException"/>.
/// </summary>
/// <param name="path">Path of the block, e.g. <c>streamlearn.pipelines.link-load.learner</c>.</param>
/// <param name="values">Setting name to its text.</param>
/// <param name="weights">Setting name to the weights in the file that it names, for settings that name one.</param>
public sealed class OptionSet(
    string path, IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, SafetensorsFile>? weights = null)
{
    /// <summary>No settings: every default applies.</summary>
    public static readonly OptionSet Defaults = new("learner", new Dictionary<string, string>());

    /// <summary>Path of the block.</summary>
    public string Path { get; } = path;

    /// <summary>The names that are set.</summary>
    public IEnumerable<string> Names => values.Keys;

    /// <summary>The text of one that is set.</summary>
    public string Value(string name) => values[name];

    /// <summary>Settings with their defaults as text.</summary>
    internal static Dictionary<string, string> Texts(params ReadOnlySpan<(string Name, object Default)> settings)
    {
        var texts = new Dictionary<string, string>();
        foreach (var (name, value) in settings)
        {
            texts.Add(name, Convert.ToString(value, CultureInfo.InvariantCulture)!);
        }

        return texts;
    }

    internal bool HasSameValuesAs(OptionSet other) =>
        Names.ToHashSet().SetEquals(other.Names) && Names.All(name => values[name] == other.Value(name));

    /// <summary>A whole number in [<paramref name="min"/>, <paramref name="max"/>].</summary>
    public int Whole(string name, int fallback, int min, int max)
    {
        if (!values.TryGetValue(name, out var text))
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new OptionException($"{Path}.{name}", $"'{text}'", $"a whole number from {min} to {max}");
    }

    /// <summary>One of <paramref name="choices"/>.</summary>
    public string Choice(string name, string fallback, params ReadOnlySpan<string> choices)
    {
        if (!values.TryGetValue(name, out var text))
        {
            return fallback;
        }

        return choices.Contains(text) ? text : throw new OptionException($"{Path}.{name}", $"'{text}'", "one of " + string.Join(", ", choices));
    }

    /// <summary>Some of <paramref name="choices"/>, each at most once, comma separated.</summary>
    public IReadOnlyList<string> Choices(string name, IReadOnlyList<string> fallback, params ReadOnlySpan<string> choices)
    {
        if (!values.TryGetValue(name, out var text))
        {
            return fallback;
        }

        string[] chosen = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        foreach (var choice in chosen)
        {
            if (!choices.Contains(choice) || chosen.Count(other => other == choice) > 1)
            {
                throw new OptionException($"{Path}.{name}", $"'{text}'", "some of " + string.Join(", ", choices) + ", each once, comma separated");
            }
        }

        return chosen;
    }

    /// <summary>The weights in the file that the setting names; null where it is empty.</summary>
    public SafetensorsFile? Weights(string name)
    {
        if (!values.TryGetValue(name, out var text) || text.Length == 0)
        {
            return null;
        }

        return weights is not null && weights.TryGetValue(name, out var file)
            ? file
            : throw new OptionException($"{Path}.{name}", $"'{text}'", "empty, or the path of a safetensors file that can be read");
    }


    /// <summary>A finite number in [<paramref name="min"/>, <paramref name="max"/>].</summary>
    public double Number(string name, double fallback, double min, double max)
    {
        if (!values.TryGetValue(name, out var text))
        {
            return fallback;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new OptionException(
                $"{Path}.{name}", $"'{text}'", string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));
    }
}

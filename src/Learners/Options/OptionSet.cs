using System.Globalization;

namespace StreamLearn.Learners.Options;

/// <summary>
/// The settings of one learner as text, with the path that error messages name. Reading a number checks its range:
/// an unusable one throws <see cref="OptionException"/>.
/// </summary>
/// <param name="path">Path of the block, e.g. <c>streamlearn.pipelines.link-load.learner</c>.</param>
/// <param name="values">Setting name to its text.</param>
public sealed class OptionSet(string path, IReadOnlyDictionary<string, string> values)
{
    /// <summary>No settings: every default applies.</summary>
    public static readonly OptionSet Defaults = new("learner", new Dictionary<string, string>());

    /// <summary>Path of the block.</summary>
    public string Path { get; } = path;

    /// <summary>The names that are set.</summary>
    public IEnumerable<string> Names => values.Keys;

    internal bool HasSameValuesAs(OptionSet other) =>
        Names.ToHashSet().SetEquals(other.Names) && Names.All(name => values[name] == other.Text(name));

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

    private string Text(string name) => values[name];

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

using System.Globalization;

namespace StreamLearn.Simulation.Bandits.Tabular;

/// <summary>The labels of a table while it is read, numbered by their sorted order at the end.</summary>
internal sealed class TabularLabels
{
    private readonly Dictionary<string, int> _places = [];
    private readonly List<string> _texts = [];
    private readonly List<int> _rows = [];

    /// <summary>Rows so far.</summary>
    internal int Rows => _rows.Count;

    /// <summary>Adds the label of the next row.</summary>
    internal void Add(ReadOnlySpan<char> label)
    {
        var texts = _places.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!texts.TryGetValue(label, out var place))
        {
            place = _texts.Count;
            texts[label] = place;
            _texts.Add(label.ToString());
        }

        _rows.Add(place);
    }

    /// <summary>The names in the order of their numbers, and the number of each row's label. Numbers that are written in two ways are one label.</summary>
    internal (IReadOnlyList<string> Names, int[] Numbers) Sorted()
    {
        string[] keys = [.. _texts.Select(AsNumber).All(number => number is not null) ? _texts.Select(text => AsNumber(text)!) : _texts];
        var numeric = keys.All(key => AsNumber(key) is not null);
        var distinct = keys.Distinct(StringComparer.Ordinal);
        string[] names =
        [
            .. numeric ? distinct.OrderBy(name => double.Parse(name, CultureInfo.InvariantCulture)) : distinct.Order(StringComparer.Ordinal),
        ];
        int[] numberOf = [.. keys.Select(key => Array.IndexOf(names, key))];
        return (names, [.. _rows.Select(place => numberOf[place])]);
    }

    /// <summary>The shortest way to write the number that a text is; null where it is none.</summary>
    private static string? AsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? (number + 0.0).ToString("R", CultureInfo.InvariantCulture)
            : null;
}

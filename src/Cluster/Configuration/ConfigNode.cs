using System.Globalization;
using Akka.Configuration.Hocon;

namespace StreamLearn.Cluster.Configuration;

/// <summary>A block of settings, layered: what files say, over defaults. Reading one checks it.</summary>
/// <param name="Sources">Where settings may be, for errors about one that nobody has written.</param>
/// <param name="Path">Path of the block.</param>
/// <param name="Layers">The blocks, the one that counts most first.</param>
internal sealed record ConfigNode(string Sources, string Path, IReadOnlyList<ConfigLayer> Layers)
{
    /// <summary>Names of all settings, in the order in which they are first met.</summary>
    internal IEnumerable<string> Names => Layers.SelectMany(layer => layer.Block.Items.Keys).Distinct();

    internal string PathOf(string name) => $"{Path}.{(name.Contains('.') ? $"\"{name}\"" : name)}";

    internal ConfigNode Child(string name) =>
        this with { Path = PathOf(name), Layers = [.. Values(name).Where(item => item.Value.IsObject()).Select(item => new ConfigLayer(item.File, item.Value.GetObject()))] };

    /// <summary>An element of a list, which may be a block; else it has no settings, and the list is to blame.</summary>
    internal ConfigNode Element(string list, HoconValue element) => this with
    {
        Sources = FileOf(list),
        Path = PathOf(list),
        Layers = element.IsObject() ? [new ConfigLayer(Values(list).First().File, element.GetObject())] : [],
    };

    /// <summary>Where the setting that counts was written.</summary>
    internal string FileOf(string name) => Values(name).Select(item => item.File).FirstOrDefault() ?? Sources;

    /// <summary>The same for a setting further down, by its whole path.</summary>
    internal string FileAt(string path)
    {
        var names = path.StartsWith(Path + ".", StringComparison.Ordinal) ? path[(Path.Length + 1)..].Split('.') : [];
        var node = this;
        foreach (var name in names.SkipLast(1))
        {
            node = node.Child(name);
        }

        return names.Length > 0 ? node.FileOf(names[^1]) : Sources;
    }

    /// <summary>This block over another one's settings.</summary>
    internal ConfigNode Over(ConfigNode defaults) => this with { Layers = [.. Layers, .. defaults.Layers] };

    /// <summary>The settings of these names alone.</summary>
    internal ConfigNode Only(IReadOnlyCollection<string> names) => this with
    {
        Layers = [.. Layers.Select(layer =>
        {
            var some = new HoconObject();
            foreach (var (name, value) in layer.Block.Items.Where(item => names.Contains(item.Key)))
            {
                some.Items.Add(name, value);
            }

            return layer with { Block = some };
        })],
    };

    /// <summary>Whether a setting is neither a block nor a list.</summary>
    internal bool IsText(string name) => Value(name) is var value && !value.IsObject() && !value.IsArray();

    internal string Text(string name)
    {
        var value = Value(name);
        return value.IsObject() || value.IsArray() ? throw Fail(name, "a block or a list", "text") : value.GetString() ?? "";
    }

    internal string Choice(string name, params string[] choices)
    {
        var text = Text(name);
        return choices.Contains(text) ? text : throw Fail(name, $"'{text}'", choices.Length == 1 ? choices[0] : "one of " + string.Join(", ", choices));
    }

    internal bool Flag(string name) => Text(name) switch
    {
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" => false,
        var text => throw Fail(name, $"'{text}'", "on or off"),
    };

    internal long Whole(string name, long min, long max) => Whole(name, Text(name), min, max);

    internal double Number(string name, double min, double max)
    {
        var text = Text(name);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw Fail(name, $"'{text}'", string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));
    }

    internal TimeSpan Duration(string name, TimeSpan min)
    {
        var text = Text(name);
        return Durations.TryParse(text, out var duration) && duration >= min
            ? duration
            : throw Fail(name, $"'{text}'", $"a duration of at least {Durations.Format(min)}, e.g. 500ms, 10s, 5m, 1h, 1d");
    }

    /// <summary>The elements of a list; each may be a block.</summary>
    internal IReadOnlyList<HoconValue> List(string name)
    {
        var value = Value(name);
        if (value.IsArray())
        {
            return [.. value.GetArray()];
        }

        return !value.IsObject() && string.IsNullOrEmpty(value.GetString()) ? [] : throw Fail(name, "no list", "a list: [a, b]");
    }

    internal IReadOnlyList<string> Texts(string name) =>
        [.. List(name).Select(element => element.IsObject() || element.IsArray()
            ? throw Fail(name, "a list of blocks or lists", "a list of text")
            : element.GetString() is { Length: > 0 } text ? text : throw Fail(name, "a list with an empty element", "a list of text"))];

    internal IReadOnlyList<int> Wholes(string name, int min, int max) =>
        [.. Texts(name).Select(text => (int)Whole(name, text, min, max))];

    internal ConfigurationException Fail(string name, string actual, string expected) =>
        ConfigurationException.At(FileOf(name), PathOf(name), actual, expected);

    private long Whole(string name, string text, long min, long max) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw Fail(name, $"'{text}'", $"a whole number from {min} to {max}");

    private HoconValue Value(string name) => Values(name).Select(item => item.Value).FirstOrDefault() ?? throw Fail(name, "missing", "a value");

    private IEnumerable<(string? File, HoconValue Value)> Values(string name)
    {
        foreach (var layer in Layers)
        {
            if (layer.Block.Items.TryGetValue(name, out var value))
            {
                yield return (layer.File, value);
            }
        }
    }
}

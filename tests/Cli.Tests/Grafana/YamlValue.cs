using YamlDotNet.Serialization;

namespace StreamLearn.Cli.Tests.Grafana;

/// <summary>A place in a YAML document; where there is nothing, all below it is empty too.</summary>
/// <param name="Value">What stands there.</param>
internal readonly record struct YamlValue(object? Value)
{
    /// <summary>A list's entries.</summary>
    internal IEnumerable<YamlValue> Items => (Value as List<object> ?? []).Select(item => new YamlValue(item));

    /// <summary>A scalar's text.</summary>
    internal string Text => Value as string ?? "";

    /// <summary>What stands below a name.</summary>
    internal YamlValue this[string name] => new((Value as Dictionary<object, object>)?.GetValueOrDefault(name));

    /// <summary>Reads a document; a key that stands twice is refused.</summary>
    internal static YamlValue Parse(string yaml) => new(new DeserializerBuilder().WithDuplicateKeyChecking().Build().Deserialize<object>(yaml));
}

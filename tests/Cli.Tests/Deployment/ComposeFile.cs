using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace StreamLearn.Cli.Tests.Deployment;

/// <summary>A compose file, or one over another.</summary>
internal sealed class ComposeFile
{
    /// <summary>What a file says of a service in the place of what the file below says; lists of other settings are put together.</summary>
    private static readonly string[] Replacing = ["command", "entrypoint", "test"];

    private readonly Dictionary<object, object> _root;

    private ComposeFile(Dictionary<object, object> root) => _root = root;

    internal IReadOnlyDictionary<string, ComposeService> Services =>
        Block("services").ToDictionary(service => (string)service.Key, service => new ComposeService((string)service.Key, (Dictionary<object, object>)service.Value));

    internal IReadOnlyList<string> Volumes => Names("volumes");

    internal IReadOnlyList<string> Networks => Names("networks");

    /// <summary>Reads one: anchors and merges are followed, a key that stands twice is refused.</summary>
    internal static ComposeFile Parse(string yaml) => new(
        new DeserializerBuilder().WithDuplicateKeyChecking().Build()
            .Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(new StringReader(yaml)))));

    /// <summary>As <c>docker compose -f below -f this</c> has it.</summary>
    internal ComposeFile Over(ComposeFile below) => new(Merge(below._root, _root));

    private static Dictionary<object, object> Merge(Dictionary<object, object> below, Dictionary<object, object> above)
    {
        var merged = new Dictionary<object, object>(below);
        foreach (var (key, value) in above)
        {
            merged[key] = (merged.GetValueOrDefault(key), value) switch
            {
                (Dictionary<object, object> old, Dictionary<object, object> @new) => Merge(old, @new),
                (List<object> old, List<object> @new) when !Replacing.Contains(key) => old.Union(@new).ToList(),
                _ => value,
            };
        }

        return merged;
    }

    private Dictionary<object, object> Block(string name) => _root.GetValueOrDefault(name) as Dictionary<object, object> ?? [];

    private List<string> Names(string name) => [.. Block(name).Keys.Cast<string>()];
}

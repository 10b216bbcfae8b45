using System.Globalization;

namespace StreamLearn.Cli.Tests.Deployment;

/// <summary>A service of a compose file.</summary>
/// <param name="Name">Its name, which others reach it by.</param>
/// <param name="Block">What the file says of it.</param>
internal sealed record ComposeService(string Name, Dictionary<object, object> Block)
{
    internal string Image => Text("image");

    internal string Hostname => Text("hostname");

    internal string Restart => Text("restart");

    internal bool HasBuild => Block.ContainsKey("build");

    /// <summary>The accelerator that its image is built for; empty: it says none.</summary>
    internal string Accelerator => Map("build").GetValueOrDefault("args") is Dictionary<object, object> args && args.GetValueOrDefault("ACCELERATOR") is string text ? text : "";

    /// <summary>The program and its arguments.</summary>
    internal IReadOnlyList<string> Command => Texts("command");

    internal IReadOnlyList<string> Networks => Texts("networks");

    /// <summary>Mounts, in their short form.</summary>
    internal IReadOnlyList<ComposeMount> Mounts => [.. Texts("volumes").Select(ComposeMount.Parse)];

    /// <summary>Published ports, in their short form.</summary>
    internal IReadOnlyList<string> Ports => Texts("ports");

    internal IReadOnlyDictionary<string, string> Environment => Map("environment").ToDictionary(item => (string)item.Key, item => item.Value as string ?? "");

    /// <summary>What it waits for, and until when.</summary>
    internal IReadOnlyDictionary<string, string> DependsOn => Map("depends_on").ToDictionary(
        item => (string)item.Key, item => (item.Value as Dictionary<object, object>)?.GetValueOrDefault("condition") as string ?? "");

    /// <summary>The command of its health check; empty: it has none of its own.</summary>
    internal IReadOnlyList<string> HealthTest => Map("healthcheck").GetValueOrDefault("test") is List<object> test ? [.. test.Cast<string>()] : [];

    internal bool DisablesHealth => Map("healthcheck").GetValueOrDefault("disable") as string == "true";

    /// <summary>How long it may take to stop.</summary>
    internal TimeSpan StopGrace => Text("stop_grace_period") is { Length: > 1 } text && text.EndsWith('s')
        ? TimeSpan.FromSeconds(double.Parse(text[..^1], CultureInfo.InvariantCulture))
        : TimeSpan.FromSeconds(10);

    /// <summary>Whether a GPU is reserved for it.</summary>
    internal bool HasGpu => Reserved().Any(device => (device.GetValueOrDefault("capabilities") as List<object>)?.Contains("gpu") == true);

    private IEnumerable<Dictionary<object, object>> Reserved()
    {
        object? at = Block;
        foreach (var name in (string[])["deploy", "resources", "reservations", "devices"])
        {
            at = (at as Dictionary<object, object>)?.GetValueOrDefault(name);
        }

        return (at as List<object> ?? []).OfType<Dictionary<object, object>>();
    }

    private string Text(string name) => Block.GetValueOrDefault(name) as string ?? "";

    private Dictionary<object, object> Map(string name) => Block.GetValueOrDefault(name) as Dictionary<object, object> ?? [];

    private List<string> Texts(string name) => Block.GetValueOrDefault(name) is List<object> list ? [.. list.Cast<string>()] : [];
}

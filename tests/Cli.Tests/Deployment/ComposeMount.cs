namespace StreamLearn.Cli.Tests.Deployment;

/// <summary>A mount: a path of the checkout, or a volume.</summary>
/// <param name="Source">The path or the volume's name.</param>
/// <param name="Target">Where it is in the container.</param>
internal sealed record ComposeMount(string Source, string Target)
{
    internal bool IsPath => Source.StartsWith('.') || Source.StartsWith('/');

    internal static ComposeMount Parse(string text)
    {
        var parts = text.Split(':');
        return new ComposeMount(parts[0], parts.Length > 1 ? parts[1] : "");
    }
}

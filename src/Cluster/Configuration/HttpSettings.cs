namespace StreamLearn.Cluster.Configuration;

/// <summary>A node's HTTP; see <c>reference.conf</c>.</summary>
/// <param name="Enabled">Whether there is any.</param>
/// <param name="Host">Address that it binds to.</param>
/// <param name="Port">The port; 0: any free one.</param>
/// <param name="TokenVariable">The environment variable that the token is in.</param>
public sealed record HttpSettings(bool Enabled, string Host, int Port, string TokenVariable)
{
    /// <summary>What one request, and all together, may take.</summary>
    public HttpLimits Limits { get; init; } = new();

    /// <summary>The token; null: the variable is not set. No property, so that it is never printed with the others.</summary>
    public string? ReadToken() => Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token ? token : null;

    internal static HttpSettings From(ConfigNode http) => new(
        http.Flag("enabled"), NotEmpty(http, "host", "an address of this machine"), (int)http.Whole("port", 0, 65535),
        NotEmpty(http, "token-env", "the name of an environment variable"))
    {
        Limits = HttpLimits.From(http.Child("limits")),
    };

    private static string NotEmpty(ConfigNode http, string name, string expected) =>
        http.Text(name) is { Length: > 0 } text ? text : throw http.Fail(name, "empty", expected);
}

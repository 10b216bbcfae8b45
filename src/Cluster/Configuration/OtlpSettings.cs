namespace StreamLearn.Cluster.Configuration;

/// <summary>Where OpenTelemetry's numbers and traces go; see <c>reference.conf</c>.</summary>
/// <param name="Enabled">Whether they go anywhere.</param>
/// <param name="Endpoint">Address of the collector.</param>
/// <param name="Http">Whether by HTTP with protobuf; else by gRPC.</param>
/// <param name="HeadersVariable">The environment variable that headers are in.</param>
public sealed record OtlpSettings(bool Enabled, Uri Endpoint, bool Http, string HeadersVariable)
{
    /// <summary>The headers, as <c>name=value,name=value</c>; null: the variable is not set. No property, so that it is never printed with the others.</summary>
    /// <exception cref="ConfigurationException">The variable holds something else.</exception>
    public string? ReadHeaders() => Environment.GetEnvironmentVariable(HeadersVariable) is not { Length: > 0 } headers ? null
        : headers.Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0) && headers.All(character => character is >= ' ' and < '\u007f')
            ? headers
            : throw new ConfigurationException(
                $"The environment variable {HeadersVariable}, which streamlearn.metrics.otlp.headers-env names, holds no headers; expected name=value,name=value.");

    internal static OtlpSettings From(ConfigNode otlp)
    {
        var text = otlp.Text("endpoint");
        return new OtlpSettings(
            otlp.Flag("enabled"),
            Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint is { Scheme: "http" or "https", Host.Length: > 0, UserInfo.Length: 0 }
                ? endpoint
                : throw otlp.Fail(
                    "endpoint", text.Length == 0 ? "empty" : "no such address", "an address with http or https and without a user, e.g. http://localhost:4317"),
            otlp.Choice("protocol", "grpc", "http") == "http",
            otlp.Text("headers-env") is { Length: > 0 } variable ? variable : throw otlp.Fail("headers-env", "empty", "the name of an environment variable"));
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Output;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Web;

/// <summary>Asks a node over HTTP.</summary>
internal sealed class NodeClient : IDisposable
{
    private const int MostBytes = 32 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly Uri _node;
    private readonly string _tokenVariable;
    private readonly HttpClient _http;

    /// <param name="node">The node's address.</param>
    /// <param name="settings">Say where the token is.</param>
    internal NodeClient(Uri node, HttpSettings settings)
    {
        _node = node;
        _tokenVariable = settings.TokenVariable;

        // A redirection would take the token elsewhere.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = Limit })
        {
            BaseAddress = node, Timeout = Limit, MaxResponseContentBufferSize = MostBytes,
        };
        if (settings.ReadToken() is { } token && AuthenticationHeaderValue.TryParse($"Bearer {token}", out var header))
        {
            _http.DefaultRequestHeaders.Authorization = header;
        }
    }

    /// <summary>The address of the node that a configuration is of, as this machine reaches it.</summary>
    /// <returns>Null: its port is any free one.</returns>
    internal static Uri? AddressOf(HttpSettings settings)
    {
        var host = IPAddress.TryParse(settings.Host, out var address)
            ? address.Equals(IPAddress.Any) ? "127.0.0.1"
            : address.Equals(IPAddress.IPv6Any) ? "[::1]"
            : address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString()
            : settings.Host;
        return settings.Port == 0 ? null : new UriBuilder(Uri.UriSchemeHttp, host, settings.Port).Uri;
    }

    /// <summary>The address that an option gives, or else the one that a configuration describes.</summary>
    /// <exception cref="UsageException">It is none, or there is none.</exception>
    internal static Uri AddressOf(string? node, HttpSettings http) => node is null
        ? AddressOf(http) ?? throw new UsageException(
            "streamlearn.node.http.port is 0, any free port, and --node is missing; expected --node with the address that the node has printed, e.g. http://127.0.0.1:8080.")
        : Parse(node) ?? throw new UsageException("--node is no address of a node; expected a URL without user, password and query, e.g. http://10.0.0.1:8080.");

    /// <summary>Reads an address; null: it is none of a node. The scheme may be left out.</summary>
    internal static Uri? Parse(string text)
    {
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(full.EndsWith('/') ? full : full + "/", UriKind.Absolute, out var node)
            && (node.Scheme == Uri.UriSchemeHttp || node.Scheme == Uri.UriSchemeHttps)
            && node is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0, Host.Length: > 0 }
            ? node
            : null;
    }

    /// <summary>Asks for an object.</summary>
    /// <exception cref="NodeSilentException">The node does not answer, or not with one.</exception>
    internal Task<JsonObject> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, cancellation);

    /// <summary>Tells it to do something.</summary>
    /// <param name="path">What.</param>
    /// <param name="order">More about it; null: nothing.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="NodeRefusedException">It does not, or cannot.</exception>
    /// <exception cref="NodeSilentException">The node does not answer, or not as one.</exception>
    internal Task<JsonObject> PostAsync(string path, JsonObject? order, CancellationToken cancellation) => SendAsync(HttpMethod.Post, path, order, cancellation);

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject? order, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            request.Content = order is null ? null : new StringContent(order.ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await _http.SendAsync(request, cancellation);
            var body = await response.Content.ReadAsStringAsync(cancellation);
            return response.StatusCode switch
            {
                HttpStatusCode.OK or HttpStatusCode.Accepted => JsonNode.Parse(body) as JsonObject ?? throw NoNode("it answers with something else than an object"),
                HttpStatusCode.Unauthorized => throw new NodeSilentException(
                    $"The node at {_node} wants a token; expected the one of its streamlearn.node.http.token-env in the environment variable {_tokenVariable}, which "
                    + $"{(_http.DefaultRequestHeaders.Authorization is null ? "is not set, or holds no token" : "holds another one")}."),
                var refusal when method == HttpMethod.Post && DetailOf(response, body) is { Length: > 0 } detail => throw new NodeRefusedException(
                    $"The node at {_node} answers with {(int)refusal}{detail}"),
                var status => throw NoNode($"it answers with {(int)status}{DetailOf(response, body)}"),
            };
        }
        catch (JsonException)
        {
            throw NoNode("its answer is no JSON");
        }
        catch (HttpRequestException exception)
        {
            throw DoesNotAnswer(exception.Message);
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw DoesNotAnswer($"no answer within {Limit.TotalSeconds:0} s");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What a node says is wrong.</summary>
    private static string DetailOf(HttpResponseMessage response, string body) =>
        response.Content.Headers.ContentType?.MediaType == "application/problem+json" && JsonNode.Parse(body)?["detail"] is JsonValue detail
            ? $": {PlainText.Printable(detail.ToString())}"
            : "";

    private NodeSilentException DoesNotAnswer(string reason) => new(
        $"The node at {_node} does not answer ({reason}); see that it runs, that its streamlearn.node.http is enabled and has this address, and that this machine "
        + "can reach it, or name another one: --node URL.");

    private NodeSilentException NoNode(string reason) =>
        new($"What is at {_node} is no node of StreamLearn: {reason}; expected the address of a node's streamlearn.node.http.");
}

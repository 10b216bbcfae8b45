using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using StreamLearn.Cli.Web;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;

namespace StreamLearn.Cli.Tests.Web;

/// <summary>HTTP of a node that has not started yet.</summary>
internal sealed class WebWorld : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly NodeWebServer _server;

    private WebWorld(NodeWebServer server) => _server = server;

    internal Uri Address => _server.Address;

    internal NodeWebServer Server => _server;

    internal HttpClient Http { get; } = new();

    internal static async Task<WebWorld> StartAsync(params string[] settings) => new(await OpenAsync(["node.http.port=0", .. settings]));

    internal static Task<NodeWebServer> OpenAsync(params string[] settings)
    {
        var config = StreamLearnConfig.Load(null, settings);
        return NodeWebServer.StartAsync(config, new NodeHealth(config, TimeProvider.System));
    }

    internal async Task<(HttpResponseMessage Response, JsonElement Json)> GetAsync(string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder("http", "127.0.0.1", Address.Port, path).Uri);
        change?.Invoke(request);
        var response = await Http.SendAsync(request);
        return (response, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>Sends bytes as they are, and reads to the end of the connection.</summary>
    internal async Task<string> SendRawAsync(string request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Address.Port));
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        try
        {
            return await reader.ReadToEndAsync().WaitAsync(Limit);
        }
        catch (IOException)
        {
            // It was cut off.
            return "";
        }
    }

    /// <summary>The status that raw bytes are answered with; 0: with none.</summary>
    internal async Task<int> StatusOfAsync(string request) =>
        await SendRawAsync(request) is { Length: > 12 } answer
        && int.TryParse(answer.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0;

    /// <summary>Stops it; whoever has asked stays.</summary>
    internal Task StopAsync() => _server.DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using StreamLearn.Cli.Web;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Tests.Web;

public sealed class NodeClientTests
{
    [Theory]
    [InlineData("http://10.0.0.1:8080", "http://10.0.0.1:8080/")]
    [InlineData("https://node.example", "https://node.example/")]
    [InlineData("127.0.0.1:8080", "http://127.0.0.1:8080/")]
    [InlineData("node", "http://node/")]
    [InlineData("[::1]:8080", "http://[::1]:8080/")]
    [InlineData("http://proxy/streamlearn", "http://proxy/streamlearn/")]
    [InlineData("", null)]
    [InlineData("ftp://node", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("http://", null)]
    [InlineData("http://me:secret@node", null)]
    [InlineData("http://node/?a=b", null)]
    [InlineData("http://node:99999", null)]
    public void Given_a_text_when_it_is_read_as_an_address_then_it_is_one_of_a_node_or_none(string text, string? address) =>
        Assert.Equal(address, NodeClient.Parse(text)?.ToString());

    [Theory]
    [InlineData("127.0.0.1", 8080, "http://127.0.0.1:8080/")]
    [InlineData("0.0.0.0", 8080, "http://127.0.0.1:8080/")]
    [InlineData("::", 8080, "http://[::1]:8080/")]
    [InlineData("10.0.0.1", 81, "http://10.0.0.1:81/")]
    [InlineData("node.example", 81, "http://node.example:81/")]
    [InlineData("127.0.0.1", 0, null)]
    public void Given_settings_of_a_node_on_this_machine_when_its_address_is_wanted_then_it_is_one_that_can_be_reached(string host, int port, string? address) =>
        Assert.Equal(address, NodeClient.AddressOf(new HttpSettings(true, host, port, "NO_TOKEN"))?.ToString());

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "is no node of StreamLearn: it answers with something else than an object")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", "is no node of StreamLearn: its answer is no JSON")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "is no node of StreamLearn: its answer is no JSON")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "is no node of StreamLearn: it answers with 302")]
    [InlineData(
        "HTTP/1.1 421 No\r\nContent-Type: application/problem+json\r\nContent-Length: 28\r\n\r\n{\"detail\":\"wrong\\u001b[31m\"} ", "it answers with 421: wrong [31m")]
    [InlineData("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "wants a token")]
    [InlineData("nonsense\r\n\r\n", "does not answer")]
    [InlineData("", "does not answer")]
    public async Task Given_something_else_than_a_node_when_it_is_asked_then_it_is_said_what_it_answers(string answer, string problem)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        var serving = ServeAsync(listener, answer);
        using var client = new NodeClient(address, new HttpSettings(true, "127.0.0.1", 0, "NO_TOKEN"));

        var silent = await Assert.ThrowsAsync<NodeSilentException>(() => client.GetAsync(ClusterRoutes.Path, default));

        Assert.Contains(problem, silent.Message, StringComparison.Ordinal);
        Assert.Contains(address.ToString(), silent.Message, StringComparison.Ordinal);
        await serving;
    }

    [Fact]
    public async Task Given_a_node_that_wants_a_token_when_it_is_asked_then_the_variable_decides()
    {
        using var right = new TokenVariable("right");
        using var wrong = new TokenVariable("wrong");
        await using var web = await WebWorld.StartAsync("node.http.host=0.0.0.0", $"node.http.token-env={right.Name}");
        var address = new UriBuilder("http", "127.0.0.1", web.Address.Port).Uri;

        using var client = new NodeClient(address, new HttpSettings(true, "", 0, right.Name));
        Assert.False((bool)(await client.GetAsync(ClusterRoutes.Path, default))["ready"]!);

        Assert.Contains($"in the environment variable {wrong.Name}, which holds another one", await RefusalAsync(wrong.Name), StringComparison.Ordinal);
        Assert.Contains("in the environment variable NO_TOKEN, which is not set", await RefusalAsync("NO_TOKEN"), StringComparison.Ordinal);

        async Task<string> RefusalAsync(string variable)
        {
            using var other = new NodeClient(address, new HttpSettings(true, "", 0, variable));
            return (await Assert.ThrowsAsync<NodeSilentException>(() => other.GetAsync(ClusterRoutes.Path, default))).Message;
        }
    }

    private static async Task ServeAsync(TcpListener listener, string answer)
    {
        using var socket = await listener.AcceptSocketAsync();
        var buffer = new byte[4096];
        await socket.ReceiveAsync(buffer);
        if (answer.Length > 0)
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(answer));
        }

        socket.Shutdown(SocketShutdown.Send);
    }
}

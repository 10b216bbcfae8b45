using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StreamLearn.Streams.Tests.Influx.Servers;

/// <summary>
/// A server with a proxy before it that refuses requests by their length: it resets the connection before the body is through, as they do that do not read what
/// they do not want.
/// </summary>
internal sealed class ClosingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<string> _written = [];
    private readonly int _mostBytes;
    private readonly bool _answers;
    private readonly Task _serving;
    private int _reset;

    /// <param name="mostBytes">The largest body that is read.</param>
    /// <param name="answers">Whether a larger one is answered before the connection is reset.</param>
    public ClosingServer(int mostBytes, bool answers)
    {
        _mostBytes = mostBytes;
        _answers = answers;

        // Little is taken that nobody reads: the client is still sending when the connection is reset.
        _listener.Server.ReceiveBufferSize = 4096;
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Connections that were reset.</summary>
    public int Reset => Volatile.Read(ref _reset);

    public IReadOnlyList<string> Written
    {
        get
        {
            lock (_gate)
            {
                return [.. _written];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptSocketAsync(_stop.Token);
                await ServeAsync(connection);
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        await using var stream = new NetworkStream(connection);
        while (await HeadAsync(stream) is { } head)
        {
            var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase) + "Content-Length: ".Length;
            var length = int.Parse(head.AsSpan(at, head.IndexOf('\r', at) - at), CultureInfo.InvariantCulture);
            if (length > _mostBytes)
            {
                if (_answers)
                {
                    await stream.WriteAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stop.Token);
                }

                Interlocked.Increment(ref _reset);
                connection.LingerState = new LingerOption(true, 0);
                return;
            }

            var body = new byte[length];
            await stream.ReadExactlyAsync(body, _stop.Token);
            lock (_gate)
            {
                _written.AddRange(Encoding.UTF8.GetString(body).Split('\n')[..^1]);
            }

            await stream.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), _stop.Token);
        }
    }

    /// <summary>Request line and headers; null: the connection has ended.</summary>
    private async Task<string?> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        try
        {
            while (await stream.ReadAsync(one, _stop.Token) == 1)
            {
                head.Append((char)one[0]);
                if (one[0] == '\n' && head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    return head.ToString();
                }
            }
        }
        catch (IOException)
        {
            // Reset by the client.
        }

        return null;
    }
}

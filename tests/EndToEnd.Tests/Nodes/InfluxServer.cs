using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace StreamLearn.EndToEnd.Tests.Nodes;

/// <summary>A server in this process that keeps the lines which are written to it.</summary>
internal sealed class InfluxServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _lines = new();

    internal InfluxServer(int port)
    {
        Url = new Uri($"http://127.0.0.1:{port}/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = ServeAsync();
    }

    internal Uri Url { get; }

    /// <summary>Query of the last request.</summary>
    internal string? Query { get; private set; }

    /// <summary>The lines so far that begin with a measurement and some tags.</summary>
    internal IReadOnlyList<string> Lines(string prefix) => [.. _lines.Where(line => line.StartsWith(prefix, StringComparison.Ordinal))];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                foreach (var line in (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    _lines.Enqueue(line);
                }

                Query = context.Request.Url!.PathAndQuery;
                context.Response.StatusCode = (int)HttpStatusCode.NoContent;
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed.
        }
    }
}

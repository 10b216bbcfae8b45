using System.Net;

namespace StreamLearn.Bench.Metrics;

/// <summary>A server in this process that takes whatever is written and forgets it.</summary>
internal sealed class LocalInflux : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private long _bytes;

    internal LocalInflux(int port)
    {
        Url = $"http://127.0.0.1:{port}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = ServeAsync();
    }

    internal string Url { get; }

    /// <summary>Bytes of what has been written, as they came.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                for (var read = 1; read > 0;)
                {
                    read = await context.Request.InputStream.ReadAsync(buffer);
                    Interlocked.Add(ref _bytes, read);
                }

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

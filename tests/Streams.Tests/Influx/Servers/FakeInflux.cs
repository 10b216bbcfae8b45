using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;

namespace StreamLearn.Streams.Tests.Influx.Servers;

/// <summary>A server that takes any path, remembers what it is sent, and answers what a test wants.</summary>
internal sealed class FakeInflux : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<FakeRequest> _requests = [];
    private readonly List<string> _written = [];
    private readonly int _port = FreePort.Next();
    private WebApplication? _application;

    public Uri Url => new($"http://127.0.0.1:{_port}");

    /// <summary>What is answered; a test may change it at any time.</summary>
    public Func<FakeRequest, FakeAnswer> Answer { get; set; } = _ => FakeAnswer.Ok;

    public IReadOnlyList<FakeRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Lines of all requests that were answered with success.</summary>
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

    public static async Task<FakeInflux> StartedAsync()
    {
        var server = new FakeInflux();
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(System.Net.IPAddress.Loopback, _port, listen => listen.Protocols = HttpProtocols.Http1));
        _application = builder.Build();
        _application.Run(HandleAsync);
        await _application.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_application is { } application)
        {
            _application = null;
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await application.StopAsync(now.Token);
            await application.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var encoding = (string?)context.Request.Headers.ContentEncoding;
        await using var body = encoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        using var reader = new StreamReader(body);
        var request = new FakeRequest(
            context.Request.Path, context.Request.QueryString.Value ?? "", context.Request.Headers.Authorization, encoding, await reader.ReadToEndAsync());
        lock (_gate)
        {
            _requests.Add(request);
        }

        var answer = Answer(request);
        if (answer.Hangs)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        if (answer.Resets)
        {
            context.Abort();
            return;
        }

        if (answer is { Status: 204 } or { Status: 200, Body: "" })
        {
            lock (_gate)
            {
                _written.AddRange(request.Lines);
            }
        }

        context.Response.StatusCode = answer.Status;
        if (answer.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = wait;
        }

        if (answer.Body.Length > 0)
        {
            await context.Response.WriteAsync(answer.Body);
        }
    }
}

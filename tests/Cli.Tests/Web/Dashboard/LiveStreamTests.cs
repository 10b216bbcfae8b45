using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using StreamLearn.Cli.Tests.Sources;
using StreamLearn.Cli.Web.Dashboard;

namespace StreamLearn.Cli.Tests.Web.Dashboard;

/// <summary>One stream of events, its clock in the test's hands.</summary>
public sealed class LiveStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly Lifetime _lifetime = new();
    private readonly DefaultHttpContext _context = new();

    public LiveStreamTests() => _context.Features.Set<IHttpRequestLifetimeFeature>(_lifetime);

    [Fact]
    public async Task Given_a_reader_who_takes_nothing_when_an_event_has_waited_too_long_then_he_is_cut_off_and_nothing_is_kept_for_him()
    {
        var body = new StuckStream();
        _context.Response.Body = body;
        var running = new LiveStream(_context, () => Task.FromResult(new JsonObject()), _time).RunAsync(default);

        await body.Written.WaitAsync(Limit);
        await _time.SomebodyWaits().WaitAsync(Limit);
        Assert.False(running.IsCompleted);
        _time.Advance(LiveStream.WriteLimit);

        await running.WaitAsync(Limit);
        Assert.True(_lifetime.IsAborted);
        Assert.Equal(1, body.Writes);
    }

    [Fact]
    public async Task Given_a_node_that_is_busy_when_the_next_state_takes_long_then_comments_say_that_the_stream_lives()
    {
        var body = new MemoryStream();
        _context.Response.Body = body;
        var state = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var end = new CancellationTokenSource();
        var running = new LiveStream(_context, () => state.Task, _time).RunAsync(end.Token);

        for (var beats = 1; beats <= 2; beats++)
        {
            var expected = beats;
            await _time.SomebodyWaits().WaitAsync(Limit);
            _time.Advance(LiveStream.Heartbeat);
            await UntilAsync(() => Text(body).Split('\n').Count(line => line.StartsWith(':')) == expected);
        }

        state.SetResult(new JsonObject { ["text"] = "a\nb" });
        await UntilAsync(() => Text(body).EndsWith("event: state\ndata: {\"text\":\"a\\nb\"}\n\n", StringComparison.Ordinal));
        await end.CancelAsync();
        await running.WaitAsync(Limit);
        Assert.False(_lifetime.IsAborted);
    }

    private static string Text(MemoryStream body)
    {
        lock (body)
        {
            return Encoding.UTF8.GetString(body.ToArray());
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        using var limit = new CancellationTokenSource(Limit);
        while (!holds())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        internal bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }

    /// <summary>A connection whose other end reads nothing.</summary>
    private sealed class StuckStream : Stream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Written => _written.Task;

        internal int Writes { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => 0;

        public override long Position { get; set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes++;
            _written.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

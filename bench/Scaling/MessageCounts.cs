using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace StreamLearn.Bench.Scaling;

/// <summary>Reads the meter <c>StreamLearn.Messages</c> of another process, as <c>dotnet-counters</c> does.</summary>
internal sealed class MessageCounts : IAsyncDisposable
{
    private const string Meter = "StreamLearn.Messages";
    private const string Provider = "System.Diagnostics.Metrics";
    private const long TimeSeriesValues = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Instrument, string Tags), long> _values = [];
    private readonly EventPipeSession _session;
    private readonly Task _reading;
    private TaskCompletionSource _collected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MessageCounts(EventPipeSession session)
    {
        _session = session;
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Counts from now on.</summary>
    internal static async Task<MessageCounts> StartAsync(int process)
    {
        var arguments = new Dictionary<string, string>
        {
            ["SessionId"] = Guid.NewGuid().ToString(), ["Metrics"] = Meter, ["RefreshInterval"] = "1", ["MaxTimeSeries"] = "100",
            ["MaxHistograms"] = "1", ["ClientId"] = Guid.NewGuid().ToString(),
        };
        var session = await new DiagnosticsClient(process).StartEventPipeSessionAsync(
            [new EventPipeProvider(Provider, EventLevel.Informational, TimeSeriesValues, arguments)], requestRundown: false, circularBufferMB: 16,
            CancellationToken.None);
        return new MessageCounts(session);
    }

    /// <summary>Messages and bytes sent since the start, once all that has been counted until now has been told.</summary>
    internal async Task<(long Messages, long Bytes)> ReadAsync()
    {
        // The collection that is under way may have begun before.
        await NextAsync().WaitAsync(Limit);
        await NextAsync().WaitAsync(Limit);
        lock (_gate)
        {
            return (Sum("streamlearn.messages.sent"), Sum("streamlearn.messages.sent_bytes"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The process may be gone already.
        _session.Dispose();
        try
        {
            await _reading;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or FormatException)
        {
        }
    }

    private Task NextAsync()
    {
        lock (_gate)
        {
            if (_reading.IsCompleted)
            {
                throw new InvalidOperationException("The process tells its counters no more.");
            }

            return _collected.Task;
        }
    }

    private long Sum(string instrument) => _values.Where(value => value.Key.Instrument == instrument).Sum(value => value.Value);

    private void Read()
    {
        using var source = new EventPipeEventSource(_session.EventStream);
        source.Dynamic.AddCallbackForProviderEvent(Provider, "CounterRateValuePublished", Hear);
        source.Dynamic.AddCallbackForProviderEvent(Provider, "Collection/Stop", _ =>
        {
            lock (_gate)
            {
                _collected.SetResult();
                _collected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        });
        source.Process();
    }

    private void Hear(TraceEvent published)
    {
        if ((string)published.PayloadByName("meterName") != Meter)
        {
            return;
        }

        var name = ((string)published.PayloadByName("instrumentName"), (string)published.PayloadByName("tags"));
        var value = double.Parse((string)published.PayloadByName("value"), CultureInfo.InvariantCulture);
        lock (_gate)
        {
            _values[name] = (long)value;
        }
    }
}

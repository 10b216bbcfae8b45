using System.Threading.Channels;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;
using StreamLearn.Streams.Influx.Sending;
using StreamLearn.Streams.Influx.Spooling;

namespace StreamLearn.Streams.Influx;

/// <summary>
/// Writes points to an InfluxDB server. Nobody who gives it points waits for the server or the disk: they are encoded, gathered, and sent by a task of its own.
/// One serves all streams and actors of a process. Thread-safe.
/// </summary>
/// <remarks>
/// <para>Delivery: at least once, in order; a point that is written again changes nothing. What could not be sent yet survives the process in the
/// spool. Where the process is killed, the points that are being gathered (<see cref="InfluxSettings.BatchAge"/>) are lost, and what is in memory on
/// its way.</para>
/// <para>Bounds: the batch that is gathered, 16 times <see cref="InfluxSettings.BatchBytes"/> that wait to be put somewhere, 8 batches in memory, and
/// the spool. What is more is dropped and counted.</para>
/// </remarks>
public sealed class InfluxExporter : IAsyncDisposable
{
    // Times the bytes of a batch.
    private const int MostSealed = 16;

    private readonly InfluxSettings _settings;
    private readonly TimeProvider _time;
    private readonly InfluxCounters _counters = new();
    private readonly RareWarnings _warnings;
    private readonly LineProtocolEncoder _encoder;
    private readonly InfluxBacklog _backlog;
    private readonly InfluxWriter _writer;
    private readonly Channel<LineBatch> _sealed = Channel.CreateUnbounded<LineBatch>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly LineBuffer _lines = new();
    private readonly ITimer _timer;
    private readonly Task _intake;
    private readonly Task _sender;
    private long _sealedBytes;
    private long _since;
    private long _valuesDropped;
    private long _withoutFields;
    private Task? _stopping;

    /// <summary>Opens the spool, and sends what is in it.</summary>
    /// <param name="settings">Where metrics go.</param>
    /// <param name="warn">Receives what somebody should look at, each once per while. No secret is in it.</param>
    /// <param name="time">Clock of ages and waits.</param>
    /// <exception cref="InfluxException">The spool or the token cannot be used.</exception>
    public InfluxExporter(InfluxSettings settings, Action<string> warn, TimeProvider? time = null)
    {
        _settings = settings;
        _time = time ?? TimeProvider.System;
        _warnings = new RareWarnings(warn, _time);
        _encoder = new LineProtocolEncoder(settings.Precision, settings.Api, settings.Tags);
        var spool = settings.SpoolBytes > 0 ? new DiskSpool(settings.SpoolPath, settings.SpoolBytes, _counters) : null;
        _backlog = new InfluxBacklog(spool, _counters, _warnings);
        try
        {
            _writer = new InfluxWriter(settings, _counters, _warnings, _backlog, _time);
        }
        catch
        {
            _backlog.Dispose();
            _counters.Dispose();
            throw;
        }

        _timer = _time.CreateTimer(_ => SealOld(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _intake = Task.Run(TakeInAsync);
        _sender = Task.Run(SendAsync);
    }

    /// <summary>Name of the meter that counts what becomes of points.</summary>
    public static string MeterName => InfluxCounters.MeterName;

    /// <summary>What has become of points so far.</summary>
    public InfluxStatistics Statistics => _counters.Read();

    /// <summary>Takes points. It neither waits nor throws; the batch is cleared and given back to its pool.</summary>
    public void Write(MetricBatch batch)
    {
        lock (_gate)
        {
            if (_stopping is not null)
            {
                _counters.Dropped(DropReason.Stopped, batch.Count);
            }
            else
            {
                Gather(batch);
            }
        }

        batch.Dispose();
    }

    /// <summary>Sends what has been gathered without waiting for more.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            Seal();
        }
    }

    /// <summary>
    /// Takes no more points, and sends those that it has, for <see cref="InfluxSettings.StopTimeout"/> at most; the rest goes into the spool. Ends when that is done.
    /// </summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            return _stopping ??= Task.Run(FinishAsync);
        }
    }

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private void Gather(MetricBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (!_encoder.Encode(batch, i, _lines))
            {
                continue;
            }

            if (_lines.Lines == 1)
            {
                _since = _time.GetTimestamp();
                _timer.Change(_settings.BatchAge, Timeout.InfiniteTimeSpan);
            }

            if (_lines.Lines >= _settings.BatchPoints || _lines.Length >= _settings.BatchBytes)
            {
                Seal();
            }
        }

        var values = _encoder.NotFinite + _encoder.TooLarge;
        _counters.ValuesDropped(values - _valuesDropped);
        _valuesDropped = values;
        _counters.Dropped(DropReason.NoFields, _encoder.WithoutFields - _withoutFields);
        _withoutFields = _encoder.WithoutFields;
    }

    private void Seal()
    {
        if (_lines.Lines == 0)
        {
            return;
        }

        if (Interlocked.Read(ref _sealedBytes) > (MostSealed - 1L) * _settings.BatchBytes)
        {
            _counters.Dropped(DropReason.Buffer, _lines.Lines);
            _lines.Clear();
            return;
        }

        Interlocked.Add(ref _sealedBytes, _lines.Length);
        _sealed.Writer.TryWrite(_lines.Detach());
    }

    private void SealOld()
    {
        lock (_gate)
        {
            // Other lines than those that the timer was set for may be gathered by now.
            var left = _settings.BatchAge - _time.GetElapsedTime(_since);
            if (left <= TimeSpan.Zero)
            {
                Seal();
            }
            else if (_lines.Lines > 0)
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Moves batches to where they wait, which may be the disk.</summary>
    private async Task TakeInAsync()
    {
        await foreach (var batch in _sealed.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var bytes = batch.Lines.Length;
            _backlog.Add(batch);
            Interlocked.Add(ref _sealedBytes, -bytes);
            _signal.Writer.TryWrite(true);
        }

        _signal.Writer.Complete();
    }

    private async Task SendAsync()
    {
        try
        {
            do
            {
                while (_backlog.Peek() is { } batch)
                {
                    await SendAsync(batch).ConfigureAwait(false);
                    _backlog.Done();
                }
            }
            while (await _signal.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false) && _signal.Reader.TryRead(out _));

            // What came with the last signal, or between it and the end.
            while (_backlog.Peek() is { } batch)
            {
                await SendAsync(batch).ConfigureAwait(false);
                _backlog.Done();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The stop has waited long enough.
        }
    }

    private async Task SendAsync(LineBatch batch)
    {
        try
        {
            await _writer.WriteAsync(batch, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            // A batch that cannot be sent must not keep all others from it.
            _counters.Dropped(DropReason.Failed, batch.Points);
            _warnings.Warn("failed", $"{_settings}: {batch.Points} points are lost: {exception.GetType().Name}.");
        }
    }

    private async Task FinishAsync()
    {
        lock (_gate)
        {
            Seal();
            _sealed.Writer.Complete();
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await _intake.ConfigureAwait(false);
        _stop.CancelAfter(_settings.StopTimeout);
        await _sender.ConfigureAwait(false);
        _backlog.Keep();
        _backlog.Dispose();
        _writer.Dispose();
        _lines.Dispose();
        _counters.Dispose();
        _stop.Dispose();
    }
}

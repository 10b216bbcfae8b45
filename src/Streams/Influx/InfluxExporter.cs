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
/// <para>Bounds: the batch that is gathered, 16 times <see cref="InfluxSettings.BatchBytes"/> of memory (1 MiB at least) and 256 batches that wait to be put
/// somewhere, 8 batches in memory, and the spool. What is more is dropped and counted.</para>
/// </remarks>
public sealed class InfluxExporter : IAsyncDisposable
{
    /// <summary>Batches that wait to be put somewhere, at most.</summary>
    internal const int MostSealed = 256;

    // Times the bytes of a batch: their memory, at most.
    private const int MostSealedTimes = 16;

    private readonly InfluxSettings _settings;
    private readonly TimeProvider _time;
    private readonly InfluxCounters _counters = new();
    private readonly RareWarnings _warnings;
    private readonly LossWarnings _losses;
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
    private readonly long _mostSealedBytes;
    private long _sealedBytes;
    private int _sealedBatches;
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
        : this(settings, warn, time ?? TimeProvider.System, new Random(HashCode.Combine(Environment.MachineName, Environment.ProcessId)), OpenSpool)
    {
    }

    /// <param name="settings">Where metrics go.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="time">Clock of ages and waits.</param>
    /// <param name="random">Spreads the waits. It is used by one thread at a time.</param>
    /// <param name="openSpool">Opens the spool, which is owned; null: there is none.</param>
    internal InfluxExporter(
        InfluxSettings settings, Action<string> warn, TimeProvider time, Random random, Func<InfluxSettings, ISpoolLosses, ISpool?> openSpool)
    {
        _settings = settings;
        _time = time;
        _warnings = new RareWarnings(warn, _time);
        _losses = new LossWarnings(settings, _counters, _warnings);
        _mostSealedBytes = MostSealedTimes * (long)Math.Max(settings.BatchBytes, LineBuffer.FirstBytes);
        try
        {
            _encoder = new LineProtocolEncoder(settings.Precision, settings.Api, settings.Tags);
            _backlog = new InfluxBacklog(openSpool(settings, _counters), _counters, _warnings);
            _writer = new InfluxWriter(settings, _counters, _warnings, _backlog, _time, random);
        }
        catch
        {
            _backlog?.Dispose();
            _counters.Dispose();
            throw;
        }

        _losses.Check();
        _timer = _time.CreateTimer(_ => SealOld(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _intake = Task.Run(TakeInAsync);
        _sender = Task.Run(SendAsync);
    }

    /// <summary>How much longer than <see cref="InfluxSettings.StopTimeout"/> a stop waits for the disk.</summary>
    internal TimeSpan KeepTimeout { get; init; } = TimeSpan.FromSeconds(5);

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
    /// Takes no more points, and sends those that it has, for <see cref="InfluxSettings.StopTimeout"/> at most; the rest goes into the spool. Ends when that is done,
    /// or 5 s later where the disk does not get it done. It does not fail.
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

        // One always has room, however large.
        var batches = Volatile.Read(ref _sealedBatches);
        if (batches >= MostSealed || (batches > 0 && Interlocked.Read(ref _sealedBytes) + _lines.MemoryBytes > _mostSealedBytes))
        {
            _counters.Dropped(DropReason.Buffer, _lines.Lines);
            _lines.Clear();
            return;
        }

        Interlocked.Add(ref _sealedBytes, _lines.MemoryBytes);
        Interlocked.Increment(ref _sealedBatches);
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

    private static ISpool? OpenSpool(InfluxSettings settings, ISpoolLosses losses)
    {
        if (settings.SpoolBytes == 0)
        {
            return null;
        }

        var least = InfluxSettings.LeastSpoolBytes(settings.BatchBytes);
        return settings.SpoolBytes >= least
            ? new DiskSpool(settings.SpoolPath, settings.SpoolBytes, losses)
            : throw new InfluxException(
                $"The spool in {settings.SpoolPath} may hold {settings.SpoolBytes} bytes (spool.max-bytes), and a batch has up to {settings.BatchBytes} (batch.bytes); "
                + $"expected 0 (no spool), or at least {least}.");
    }

    /// <summary>Moves batches to where they wait, which may be the disk.</summary>
    private async Task TakeInAsync()
    {
        await foreach (var batch in _sealed.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var (bytes, points) = (batch.MemoryBytes, batch.Points);
            try
            {
                _backlog.Add(batch);
            }
            catch (Exception exception)
            {
                // A batch that cannot be put anywhere must not keep all others from it.
                OnFailed(points, exception);
            }

            Interlocked.Add(ref _sealedBytes, -bytes);
            Interlocked.Decrement(ref _sealedBatches);
            _losses.Check();
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
                await SendAllAsync().ConfigureAwait(false);
            }
            while (await _signal.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false) && _signal.Reader.TryRead(out _));

            // What came with the last signal, or between it and the end.
            await SendAllAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The stop has waited long enough.
        }
    }

    private async Task SendAllAsync()
    {
        while (true)
        {
            try
            {
                if (!await SendNextAsync().ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (Exception exception) when (!_stop.IsCancellationRequested)
            {
                // The backlog cannot be read: not again and again at once.
                OnFailed(0, exception);
                await Task.Delay(_settings.RetryMost, _time, _stop.Token).ConfigureAwait(false);
            }

            _losses.Check();
        }
    }

    /// <returns>Whether there was one.</returns>
    private async Task<bool> SendNextAsync()
    {
        if (_backlog.Peek() is not { } batch)
        {
            return false;
        }

        try
        {
            await _writer.WriteAsync(batch, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            // A batch that cannot be sent must not keep all others from it.
            OnFailed(batch.Points, exception);
        }

        _backlog.Done();
        return true;
    }

    private void OnFailed(int points, Exception exception)
    {
        _counters.Dropped(DropReason.Failed, points);
        _warnings.Warn("failed", $"{_settings}: an error that nobody has thought of, {exception.GetType().Name}: {points} points are lost.");
    }

    private async Task FinishAsync()
    {
        lock (_gate)
        {
            Seal();
            _sealed.Writer.Complete();
        }

        _stop.CancelAfter(_settings.StopTimeout);
        try
        {
            await Task.Run(EndAsync).WaitAsync(_settings.StopTimeout + KeepTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _warnings.Say($"{_settings}: the stop has not waited for the disk any longer; points that are not yet in {_settings.SpoolPath} may be lost.");
        }
        catch (Exception exception)
        {
            _warnings.Say($"{_settings}: points that were in memory at the end are lost: {exception.GetType().Name}.");
        }
    }

    /// <summary>Whatever fails of it, what is in memory is kept, and what is open is closed.</summary>
    private async Task EndAsync()
    {
        try
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAll(_intake, _sender).ConfigureAwait(false);
        }
        finally
        {
            try
            {
                _backlog.Keep();
                _losses.Check(isEnd: true);
            }
            finally
            {
                _writer.Dispose();
                _lines.Dispose();
                _counters.Dispose();
                _stop.Dispose();
                _backlog.Dispose();
            }
        }
    }
}

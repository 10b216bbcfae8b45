using StreamLearn.Streams.Influx.Lines;

namespace StreamLearn.Streams.Influx.Sending;

/// <summary>
/// Writes batches to a server, one request at a time. What the server cannot take now is sent again for as long as it is wanted, with longer and longer waits,
/// spread by chance, or the one that it asks for; bad lines are found and left out.
/// </summary>
internal sealed class InfluxWriter : IDisposable
{
    private readonly InfluxSettings _settings;
    private readonly InfluxCounters _counters;
    private readonly RareWarnings _warnings;
    private readonly ServerLink _server;
    private readonly LineHistory _history = new();

    /// <exception cref="InfluxException">The token cannot be sent.</exception>
    internal InfluxWriter(InfluxSettings settings, InfluxCounters counters, RareWarnings warnings, IHeadOfLine head, TimeProvider time, Random random)
    {
        _settings = settings;
        _counters = counters;
        _warnings = warnings;
        _server = new ServerLink(settings, counters, warnings, head, time, random);
    }

    /// <summary>Writes a batch; the task ends when each of its lines is written, or known to be bad, or it is not wanted any more.</summary>
    /// <exception cref="OperationCanceledException">Some of it may be written; writing all of it again changes nothing.</exception>
    internal Task WriteAsync(LineBatch batch, CancellationToken cancellation) =>
        new BatchDelivery(_server, _history, _settings, _counters, _warnings).RunAsync(new LinePiece(batch.Lines, batch.Points), cancellation);

    public void Dispose() => _server.Dispose();
}

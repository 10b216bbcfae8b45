namespace StreamLearn.Streams.Influx.Sending;

/// <summary>The way to a server that may be away, and the waits until it is back. Whoever looks after it is told, rarely.</summary>
internal sealed class ServerLink : IDisposable
{
    private const string AwayKind = "away";
    private const string RefusedKind = "refused";

    // Of the first wait between attempts: requests for one batch, where it is cut up, are so far apart.
    private const int PacesInWait = 5;

    private readonly InfluxSettings _settings;
    private readonly InfluxCounters _counters;
    private readonly RareWarnings _warnings;
    private readonly IHeadOfLine _head;
    private readonly TimeProvider _time;
    private readonly LineSender _sender;
    private readonly RetryWaits _waits;

    /// <exception cref="InfluxException">The token cannot be sent.</exception>
    internal ServerLink(InfluxSettings settings, InfluxCounters counters, RareWarnings warnings, IHeadOfLine head, TimeProvider time, Random random)
    {
        _settings = settings;
        _counters = counters;
        _warnings = warnings;
        _head = head;
        _time = time;
        _sender = new LineSender(settings, time);
        _waits = new RetryWaits(settings.RetryLeast, settings.RetryMost, random);
    }

    /// <summary>Sends lines once.</summary>
    internal async Task<ServerReply> SendAsync(LinePiece piece, CancellationToken cancellation)
    {
        var reply = await _sender.SendAsync(piece, cancellation).ConfigureAwait(false);
        if (reply.IsAboutLines)
        {
            _waits.Reset();
        }

        return reply;
    }

    /// <summary>Waits after a request that was for nothing; meanwhile what is in memory is kept on disk.</summary>
    /// <returns>Whether the batch is still wanted: else it has been counted by who has given it up.</returns>
    internal async Task<bool> WaitAsync(ServerReply reply, CancellationToken cancellation)
    {
        if (!_head.IsWanted)
        {
            return false;
        }

        _counters.Retried();
        _head.OnAway();
        Warn(reply);
        await Task.Delay(_waits.After(reply), _time, cancellation).ConfigureAwait(false);
        return _head.IsWanted;
    }

    /// <summary>Waits a little before another request for the same batch.</summary>
    internal Task PaceAsync(CancellationToken cancellation) => Task.Delay(_settings.RetryLeast / PacesInWait, _time, cancellation);

    /// <summary>The server has dealt with a batch.</summary>
    internal void Works()
    {
        if (_warnings.Over(AwayKind) | _warnings.Over(RefusedKind))
        {
            _warnings.Say($"{_settings} takes metrics again.");
        }
    }

    /// <inheritdoc cref="LineSender.Shown"/>
    internal string Shown(string text) => _sender.Shown(text);

    public void Dispose() => _sender.Dispose();

    private void Warn(ServerReply reply)
    {
        var said = Shown(reply.Words);
        if (reply.Status is not { } status)
        {
            _warnings.Warn(AwayKind, $"{_settings} is away: {said} {_settings.Waiting()}");
            return;
        }

        var refused = reply.Answer == WriteAnswer.Refused;
        _warnings.Warn(
            refused ? RefusedKind : AwayKind,
            $"{_settings} answers {status}{(said.Length > 0 ? $" ({said})" : "")}{(refused ? $"; {_settings.Hint()}" : "")}. {_settings.Waiting()}");
    }
}

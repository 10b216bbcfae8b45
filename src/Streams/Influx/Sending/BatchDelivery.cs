namespace StreamLearn.Streams.Influx.Sending;

/// <summary>
/// Sends one batch until each of its lines is written or known to be bad. Where the server does not take all of it, it is cut up, down to the lines that are
/// why; and where it takes none, whatever they are, nothing is lost and the batch waits.
/// </summary>
internal sealed class BatchDelivery(ServerLink server, LineHistory history, InfluxSettings settings, InfluxCounters counters, RareWarnings warnings)
{
    /// <summary>Requests for one batch: a batch with more bad lines than can be found by halving with so many is given up.</summary>
    internal const int MostRequests = 500;

    /// <summary>Requests for one batch before each has to wait a little.</summary>
    internal const int FreeRequests = 10;

    /// <summary>Failures of the same lines in a row before it is asked whether the lines are why.</summary>
    internal const int MostFailures = 5;

    /// <summary>Lines that are refused alone, with the same words and none taken, before it is the request that is refused.</summary>
    internal const int MostRefused = 3;

    // It is the first line that is sent alone, so that the order stays; every so many times it is the last one, should the first one be why.
    private const int FirstAndLast = 4;

    private readonly Stack<LinePiece> _pieces = new();
    private long _written;
    private long _rejected;
    private long _tooLarge;
    private long _failed;
    private int _requests;
    private bool _areLinesBad;

    /// <exception cref="OperationCanceledException">Some of it may be written; writing all of it again changes nothing.</exception>
    internal async Task RunAsync(LinePiece batch, CancellationToken cancellation)
    {
        for (_pieces.Push(batch); _pieces.TryPop(out var piece); _requests++)
        {
            if (_requests == MostRequests)
            {
                _pieces.Push(piece);
                GiveUp();
                break;
            }

            if (_requests >= FreeRequests)
            {
                await server.PaceAsync(cancellation).ConfigureAwait(false);
            }

            if (!await DeliverAsync(piece, cancellation).ConfigureAwait(false))
            {
                // Nobody wants it: it has been counted by who has given it up.
                return;
            }
        }

        counters.Written(_written);
        counters.Dropped(DropReason.Rejected, _rejected);
        counters.Dropped(DropReason.TooLarge, _tooLarge);
        counters.Dropped(DropReason.Failed, _failed);
        server.Works();
    }

    /// <returns>Whether the batch is still wanted.</returns>
    private async Task<bool> DeliverAsync(LinePiece piece, CancellationToken cancellation)
    {
        if (await AnswerAsync(piece, cancellation).ConfigureAwait(false) is not { } answered)
        {
            return false;
        }

        (piece, var reply) = answered;
        if (reply.Answer == WriteAnswer.Rejected && !_areLinesBad && _written == 0)
        {
            return await AskForReasonAsync(piece, reply, cancellation).ConfigureAwait(false);
        }

        Settle(piece, reply);
        return true;
    }

    /// <summary>
    /// Sends lines until the server says something about them. While it does not, it is asked now and then with one line alone: where it takes that, and not the
    /// others, the others are why.
    /// </summary>
    /// <returns>What is left of the lines, and what was said of them: <see cref="WriteAnswer.Away"/> where they are why. Null: the batch is not wanted any more.</returns>
    private async Task<(LinePiece Piece, ServerReply Reply)?> AnswerAsync(LinePiece piece, CancellationToken cancellation)
    {
        var isServerThere = false;
        for (int failures = 0, failuresAlone = 0, probes = 0; ;)
        {
            var reply = await server.SendAsync(piece, cancellation).ConfigureAwait(false);
            if (reply.IsAboutLines)
            {
                return (piece, reply);
            }

            if (!await server.WaitAsync(reply, cancellation).ConfigureAwait(false))
            {
                return null;
            }

            failures += reply.MayBeForTheLines ? 1 : 0;
            failuresAlone += isServerThere && reply.MayBeForTheLines ? 1 : 0;
            if (failuresAlone >= (piece.Points == 1 ? MostFailures : 1))
            {
                return (piece, reply);
            }

            isServerThere = false;
            while (!isServerThere && failures >= (piece.IsSuspect ? 1 : MostFailures))
            {
                // Of a line alone nothing can be told but by one that was taken before.
                var (probe, rest) = piece.Points > 1 ? Split(piece, probes++ % FirstAndLast == FirstAndLast - 1) : (history.Taken, piece);
                if (probe is not { } line)
                {
                    break;
                }

                var said = await server.SendAsync(line, cancellation).ConfigureAwait(false);
                if (said.IsAboutLines)
                {
                    isServerThere = true;
                    if (said.Answer == WriteAnswer.Written && piece.Points > 1)
                    {
                        OnWritten(line);
                        piece = rest;
                    }
                }
                else if (!await server.WaitAsync(said, cancellation).ConfigureAwait(false))
                {
                    return null;
                }
            }
        }
    }

    /// <summary>
    /// The server refuses lines, and has taken none of the batch: three of them are sent alone. Where it refuses each with the same words, and a line too that it has
    /// taken before, if there is one, then it takes none as things are.
    /// </summary>
    /// <returns>Whether the batch is still wanted.</returns>
    private async Task<bool> AskForReasonAsync(LinePiece piece, ServerReply reply, CancellationToken cancellation)
    {
        var words = Rejection.Read(reply.Words, piece);
        if (words.IsPartial || words.Lines.Count > 0)
        {
            Settle(piece, reply);
            return true;
        }

        var refused = new SortedSet<int>();
        foreach (var number in piece.Points == 1 ? [] : new SortedSet<int> { 0, piece.Points / 2, piece.Points - 1 })
        {
            var line = piece.Line(number);
            if (await AnswerAsync(line, cancellation).ConfigureAwait(false) is not { } answered)
            {
                return false;
            }

            if (IsSaidAgain(answered.Reply, line, words))
            {
                refused.Add(number);
                continue;
            }

            // It is the lines: these are dealt with, and the others follow.
            _areLinesBad = true;
            WarnOfRejected(words.Message);
            PushWithout(piece, refused.Append(number));
            _rejected += refused.Count;
            Settle(line, answered.Reply);
            return true;
        }

        var alone = Math.Max(1, refused.Count);
        if (history.OnRefused(words.Message, alone) < MostRefused)
        {
            WarnOfRejected(words.Message);
            PushWithout(piece, refused.Count == 0 ? [0] : refused);
            _rejected += alone;
            return true;
        }

        if (history.Taken is { } taken)
        {
            if (await AnswerAsync(taken, cancellation).ConfigureAwait(false) is not { } answered)
            {
                return false;
            }

            if (answered.Reply.Answer == WriteAnswer.Written)
            {
                WarnOfRejected(words.Message);
                _areLinesBad = true;
                PushWithout(piece, refused.Count == 0 ? [0] : refused);
                _rejected += alone;
                return true;
            }
        }

        _pieces.Push(piece);
        _requests = 0;
        return await server.WaitAsync(reply with { Answer = WriteAnswer.Refused }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Counts the lines, or puts back those that are to be sent again.</summary>
    private void Settle(LinePiece piece, ServerReply reply)
    {
        switch (reply.Answer)
        {
            case WriteAnswer.Written:
                OnWritten(piece);
                break;
            case WriteAnswer.TooLarge when piece.Points == 1:
                _tooLarge++;
                break;
            case WriteAnswer.TooLarge:
                Halve(piece);
                break;
            case WriteAnswer.Rejected:
                var rejection = Rejection.Read(reply.Words, piece);
                WarnOfRejected(rejection.Message);
                Isolate(piece, rejection);
                break;
            default:
                Suspect(piece, reply);
                break;
        }
    }

    private void Isolate(LinePiece piece, Rejection rejection)
    {
        if (rejection.IsPartial)
        {
            _rejected += rejection.Lost;
            if (piece.Points > rejection.Lost)
            {
                // Which ones is not said.
                _written += piece.Points - rejection.Lost;
            }
        }
        else if (rejection.Lines.Count > 0)
        {
            PushWithout(piece, rejection.Lines);
            _rejected += rejection.Lines.Count;
        }
        else if (piece.Points == 1)
        {
            _rejected++;
        }
        else
        {
            Halve(piece);
        }
    }

    /// <summary>The server takes others, and fails over these again and again.</summary>
    private void Suspect(LinePiece piece, ServerReply reply)
    {
        var said = reply.Status is { } status ? $"answers {status}" : $"fails ({server.Shown(reply.Words)})";
        warnings.Warn("suspect", $"{settings} takes points, and {said} again and again for others. They are sent in smaller requests; one that fails alone is dropped and counted.");
        if (piece.Points == 1)
        {
            _failed++;
        }
        else
        {
            Halve(piece with { IsSuspect = true });
        }
    }

    private void GiveUp()
    {
        foreach (var piece in _pieces)
        {
            if (piece.IsSuspect)
            {
                _failed += piece.Points;
            }
            else
            {
                _rejected += piece.Points;
            }
        }
    }

    private void OnWritten(LinePiece piece)
    {
        _written += piece.Points;
        history.OnTaken(piece);
    }

    private void Halve(LinePiece piece)
    {
        var (first, second) = piece.Halves();
        _pieces.Push(second);
        _pieces.Push(first);
    }

    private void PushWithout(LinePiece piece, IEnumerable<int> lines)
    {
        var without = lines.ToHashSet();
        if (piece.Points > without.Count)
        {
            _pieces.Push(piece.Without(without));
        }
    }

    private void WarnOfRejected(string message) =>
        warnings.Warn("rejected", $"{settings} refuses lines: {server.Shown(message)}. They are left out and counted.");

    private static (LinePiece? Line, LinePiece Others) Split(LinePiece piece, bool isLast)
    {
        var (first, second) = piece.CutAfter(isLast ? piece.Points - 1 : 1);
        return isLast ? (second, first) : (first, second);
    }

    private static bool IsSaidAgain(ServerReply reply, LinePiece line, Rejection words) =>
        reply.Answer == WriteAnswer.Rejected && Rejection.Read(reply.Words, line) is { IsPartial: false, Lines.Count: 0 } again && again.Message == words.Message;
}

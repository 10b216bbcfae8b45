using StreamLearn.Actors.Checkpoints;

namespace StreamLearn.Actors.Protocol;

/// <summary>
/// The ingest's side of exactly-once learning for one partition: what each bucket has been sent, what is not answered yet, where to go back
/// to, and what may be stored and committed. Pure: it sends nothing, stores nothing and reads no clock.
/// </summary>
/// <remarks>A chunk is sent (<see cref="Send"/>) and answered (<see cref="Acknowledge"/>), or a bucket says that it lacks something
/// (<see cref="Rewind"/>). A barrier goes <see cref="BeginBarrier"/>, <see cref="Drained"/>, <see cref="Persisted"/> for each bucket,
/// <see cref="CursorStored"/>; a rewind ends it at any point.</remarks>
public sealed class IngestProtocol
{
    /// <summary>What stands for "never sent" and "nothing applied".</summary>
    public const long Nothing = -1;

    private readonly ProtocolMutant _mutant;
    private readonly int _partition;
    private readonly long _first;
    private readonly long[] _sentUpTo;

    private readonly List<Outstanding> _inFlight = [];

    // Buckets that have been sent something since the last barrier, and those that are asked to persist.
    private readonly SortedSet<int> _touched = [];
    private readonly Dictionary<int, long> _asked = [];
    private PersistRequest[] _postponed = [];

    // What the stored cursors say, the newest and the one before: for each bucket the last offset sent.
    private IReadOnlyList<long> _covered;
    private IReadOnlyList<long> _coveredBefore;
    private PartitionCursor? _storing;
    private long _next;
    private long _sent;

    // Where reading had come before it was sent back.
    private long _readBefore;

    /// <param name="cursor">Where it starts: stored, or made at the configured end of the log.</param>
    /// <param name="before">The stored cursor before it; null: there is none.</param>
    /// <param name="mutant">A fault to put in.</param>
    public IngestProtocol(PartitionCursor cursor, PartitionCursor? before = null, ProtocolMutant mutant = ProtocolMutant.None)
    {
        _mutant = mutant;
        _partition = cursor.Partition;
        _first = cursor.First;
        _next = cursor.Next;
        _readBefore = cursor.Next;
        _sentUpTo = [.. cursor.SentUpTo];
        _covered = cursor.SentUpTo;
        _coveredBefore = before?.SentUpTo ?? cursor.SentUpTo;
    }

    private IngestProtocol(IngestProtocol other)
    {
        (_mutant, _partition, _first) = (other._mutant, other._partition, other._first);
        _sentUpTo = [.. other._sentUpTo];
        _inFlight = [.. other._inFlight];
        _touched = [.. other._touched];
        _asked = new Dictionary<int, long>(other._asked);
        (_postponed, _covered, _coveredBefore, _storing) = (other._postponed, other._covered, other._coveredBefore, other._storing);
        (_next, _sent, _readBefore) = (other._next, other._sent, other._readBefore);
        (Epoch, Phase) = (other.Epoch, other.Phase);
    }

    /// <summary>How often the ingest has been sent back.</summary>
    public int Epoch { get; private set; }

    /// <summary>Chunks that are sent and not answered.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>
    /// Chunks sent since the oldest that is not answered, that one included. This is what is to be bounded: a bucket remembers its last
    /// answers only, and an answer that is lost must still be among them when its chunk is sent again.
    /// </summary>
    public int Window => _inFlight.Count == 0 ? 0 : (int)(_sent - _inFlight[0].Number);

    /// <summary>How far the barrier has come.</summary>
    public BarrierPhase Phase { get; private set; }

    /// <summary>Offset of the record to be read next.</summary>
    public long Next => _next;

    /// <summary>Buckets that have been sent something since the last barrier.</summary>
    public int Touched => _touched.Count;

    /// <summary>
    /// Whether records are still read that had been read before the last rewind. No barrier is to begin then: the other buckets have
    /// applied some of them, and what is stored of a bucket is never to reach beyond the outputs that are delivered. Whoever goes on from
    /// there has no predictions on those records.
    /// </summary>
    public bool IsReadingAgain => _next < _readBefore;

    /// <summary>
    /// The buckets that have ever been sent something and wait for no answer, with the last offset that each has been sent. An empty chunk
    /// (that offset, that offset] makes one that has lost it say so: at the start, and now and then.
    /// </summary>
    public IEnumerable<(int Bucket, long SentUpTo)> Quiet() =>
        Enumerable.Range(0, _sentUpTo.Length)
            .Where(bucket => _sentUpTo[bucket] != Nothing && !_inFlight.Exists(chunk => chunk.Bucket == bucket))
            .Select(bucket => (bucket, _sentUpTo[bucket]));

    /// <summary>Tells that all records before <paramref name="next"/> have been read; those for buckets are sent before the next
    /// barrier.</summary>
    public void Read(long next) => _next = Math.Max(_next, next);

    /// <summary>Tells that a chunk up to <paramref name="last"/> is sent to a bucket.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="first">First offset in it.</param>
    /// <param name="last">Last offset in it.</param>
    /// <returns>The chunk's <c>previous</c>.</returns>
    public long Send(int bucket, long first, long last)
    {
        var previous = _sentUpTo[bucket];
        if (first <= previous || last < first)
        {
            throw new InvalidOperationException($"Bucket {bucket} has been sent up to {previous}; a chunk [{first}, {last}] does not follow it.");
        }

        _sentUpTo[bucket] = last;
        _touched.Add(bucket);
        _inFlight.Add(new Outstanding(bucket, previous, last, _sent++));
        return previous;
    }

    /// <summary>Takes the answer to the chunk up to <paramref name="last"/>: false where it is of an older epoch or had been answered
    /// before.</summary>
    public bool Acknowledge(int bucket, int epoch, long last)
    {
        var place = epoch == Epoch ? _inFlight.FindIndex(chunk => chunk.Bucket == bucket && chunk.Last == last) : -1;
        if (place >= 0)
        {
            _inFlight.RemoveAt(place);
        }

        return place >= 0;
    }

    /// <summary>
    /// Whether what a bucket with state up to <paramref name="lastApplied"/> lacks first is in flight: then it has lost nothing that it had answered, a
    /// later chunk has overtaken an earlier one, and to send them again is enough. To pass over such an answer is as safe as to lose it.
    /// </summary>
    public bool IsUnderWay(int bucket, int epoch, long lastApplied) =>
        epoch == Epoch && _inFlight.Exists(chunk => chunk.Bucket == bucket && chunk.Previous <= lastApplied && lastApplied < chunk.Last);

    /// <summary>
    /// Takes an answer "I have applied up to <paramref name="lastApplied"/> only": false where it is of an older epoch. Otherwise all that
    /// is in flight is void, so is a barrier, a new epoch begins, and reading goes on at <paramref name="seekTo"/>.
    /// </summary>
    /// <param name="epoch">Epoch of the answer.</param>
    /// <param name="lastApplied">Last offset that its bucket has applied.</param>
    /// <param name="seekTo">Where to go on reading.</param>
    /// <param name="unfinishedFrom">First offset of what has been read and not been put out: it is read again too. Some of it may not have
    /// been sent yet, and the answers under way to what was are void.</param>
    public bool Rewind(int epoch, long lastApplied, out long seekTo, long unfinishedFrom = long.MaxValue)
    {
        seekTo = Nothing;
        if (epoch != Epoch)
        {
            return false;
        }

        var last = Math.Min(lastApplied, unfinishedFrom - 1);
        for (var bucket = 0; bucket < _sentUpTo.Length; bucket++)
        {
            _sentUpTo[bucket] = Math.Min(_sentUpTo[bucket], last);
        }

        // Nothing before the pipeline's first offset is ever asked for.
        _readBefore = Math.Max(_readBefore, _next);
        seekTo = Math.Max(last + 1, _first);
        _next = seekTo;
        _inFlight.Clear();
        AbandonBarrier();
        Epoch++;
        return true;
    }

    /// <summary>Begins a barrier: from now on nothing is read.</summary>
    public void BeginBarrier()
    {
        Require(BarrierPhase.None);
        Phase = BarrierPhase.Draining;
    }

    /// <summary>Tells that everything sent is answered and its outputs are delivered.</summary>
    /// <returns>The buckets to ask; where there is none, the cursor is to be stored.</returns>
    public IReadOnlyList<PersistRequest> Drained()
    {
        Require(BarrierPhase.Draining);
        if (_inFlight.Count > 0)
        {
            throw new InvalidOperationException($"{_inFlight.Count} chunks have no answer yet.");
        }

        var requests = _touched.Select(bucket => new PersistRequest(bucket, _sentUpTo[bucket], _coveredBefore[bucket])).ToArray();
        if (_mutant == ProtocolMutant.CommitBeforePersisted)
        {
            (requests, _postponed) = (_postponed, requests);
            Phase = BarrierPhase.Storing;
            return requests;
        }

        foreach (var request in requests)
        {
            _asked.Add(request.Bucket, request.UpTo);
        }

        Phase = requests.Length > 0 ? BarrierPhase.Persisting : BarrierPhase.Storing;
        return requests;
    }

    /// <summary>Takes the answer "my stored state covers <paramref name="lastApplied"/>" to the request for <paramref name="upTo"/>. False
    /// where it is of an older epoch or barrier.</summary>
    /// <remarks>Less than was asked for means that the bucket has lost something since it answered its chunks: the caller goes on with
    /// <see cref="Rewind"/>. When the last answer is in, <see cref="Phase"/> is <see cref="BarrierPhase.Storing"/>.</remarks>
    public bool Persisted(int bucket, int epoch, long upTo, long lastApplied, out bool rewind)
    {
        rewind = false;
        if (epoch != Epoch || Phase != BarrierPhase.Persisting || !_asked.TryGetValue(bucket, out var asked) || asked != upTo)
        {
            return false;
        }

        if (lastApplied < upTo)
        {
            rewind = true;
            return true;
        }

        _asked.Remove(bucket);
        Phase = _asked.Count == 0 ? BarrierPhase.Storing : BarrierPhase.Persisting;
        return true;
    }

    /// <summary>The cursor of a barrier whose buckets have all persisted.</summary>
    /// <param name="now">The time, for people.</param>
    public PartitionCursor Cursor(DateTimeOffset now)
    {
        Require(BarrierPhase.Storing);
        return _storing = new PartitionCursor(_partition, _first, _next, [.. _sentUpTo], now);
    }

    /// <summary>Tells that a cursor is stored: its offset may be committed. The barrier that it belongs to is done, unless a rewind has
    /// ended it.</summary>
    public void CursorStored(PartitionCursor cursor)
    {
        _coveredBefore = _covered;
        _covered = cursor.SentUpTo;
        if (ReferenceEquals(cursor, _storing))
        {
            _touched.Clear();
            AbandonBarrier();
        }
    }

    /// <summary>Ends a barrier that cannot be finished: the next one asks the same buckets, and more.</summary>
    public void AbandonBarrier()
    {
        _asked.Clear();
        _storing = null;
        Phase = BarrierPhase.None;
    }

    /// <summary>Another one that is as this one is.</summary>
    internal IngestProtocol Copy() => new(this);

    /// <summary>Names all numbers that decide what it does from here on; of the epoch only whether it is another counts.</summary>
    internal void Describe(Action<long> number)
    {
        number(_next);
        number(IsReadingAgain ? _readBefore : Nothing);
        number((long)Phase);
        Array.ForEach(_sentUpTo, number);
        number(_inFlight.Count);
        foreach (var chunk in _inFlight)
        {
            number(chunk.Bucket);
            number(chunk.Last);
            number(_sent - chunk.Number);
        }

        for (var bucket = 0; bucket < _sentUpTo.Length; bucket++)
        {
            number(_touched.Contains(bucket) ? 1 : 0);
            number(_asked.TryGetValue(bucket, out var asked) ? asked : Nothing - 1);
            number(_covered[bucket]);
            number(_coveredBefore[bucket]);
        }

        foreach (var request in _postponed)
        {
            number(request.Bucket);
            number(request.UpTo);
        }
    }

    private void Require(BarrierPhase phase)
    {
        if (Phase != phase)
        {
            throw new InvalidOperationException($"The barrier's phase is {Phase}; expected {phase}.");
        }
    }

    private readonly record struct Outstanding(int Bucket, long Previous, long Last, long Number);
}

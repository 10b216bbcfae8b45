namespace StreamLearn.Actors.Protocol;

/// <summary>
/// The ingest's side of exactly-once learning for one partition: what each bucket has been sent, what is not answered yet, and where to
/// go back to. Pure: it sends nothing and reads no clock.
/// </summary>
public sealed class IngestProtocol
{
    /// <summary>What stands for "never sent" and "nothing applied".</summary>
    public const long Nothing = -1;

    private readonly long[] _sentUpTo;
    private readonly List<Outstanding> _inFlight = [];
    private long _firstOffset = Nothing;
    private long _sent;

    public IngestProtocol(int buckets)
    {
        _sentUpTo = new long[buckets];
        Array.Fill(_sentUpTo, Nothing);
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

    /// <summary>Tells that a chunk up to <paramref name="last"/> is sent to a bucket.</summary>
    /// <param name="first">First offset in it.</param>
    /// <returns>The chunk's <c>previous</c>.</returns>
    public long Send(int bucket, long first, long last)
    {
        var previous = _sentUpTo[bucket];
        if (first <= previous || last < first)
        {
            throw new InvalidOperationException($"Bucket {bucket} has been sent up to {previous}; a chunk [{first}, {last}] does not follow it.");
        }

        // The first record that this ingest has read at all: nothing before it was ever asked for.
        _firstOffset = _firstOffset == Nothing ? first : Math.Min(_firstOffset, first);
        _sentUpTo[bucket] = last;
        _inFlight.Add(new Outstanding(bucket, last, _sent++));
        return previous;
    }

    /// <summary>Takes the answer to the chunk up to <paramref name="last"/>: false where it is of an older epoch or had been answered before.</summary>
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
    /// Takes an answer "I have applied up to <paramref name="lastApplied"/> only": false where it is of an older epoch. Otherwise all that is in
    /// flight is void, a new epoch begins, and reading goes on at <paramref name="seekTo"/>.
    /// </summary>
    /// <param name="epoch">Epoch of the answer.</param>
    /// <param name="lastApplied">Last offset that its bucket has applied.</param>
    /// <param name="seekTo">Where to go on reading.</param>
    /// <param name="unsentFrom">First offset that has been read and not been sent yet: it is read again too.</param>
    public bool Rewind(int epoch, long lastApplied, out long seekTo, long unsentFrom = long.MaxValue)
    {
        seekTo = Nothing;
        if (epoch != Epoch)
        {
            return false;
        }

        var last = Math.Min(lastApplied, unsentFrom - 1);
        for (var bucket = 0; bucket < _sentUpTo.Length; bucket++)
        {
            _sentUpTo[bucket] = Math.Min(_sentUpTo[bucket], last);
        }

        _inFlight.Clear();
        Epoch++;
        seekTo = Math.Max(last + 1, Math.Min(_firstOffset, unsentFrom));
        return true;
    }

    private readonly record struct Outstanding(int Bucket, long Last, long Number);
}

namespace StreamLearn.Streams.Kafka;

/// <summary>
/// Commits the offsets of one partition: at most one commit waits for its turn, whatever is asked for meanwhile, and has the last offset then. Where a broker
/// does not answer, nothing piles up.
/// </summary>
/// <param name="commit">Commits, when its turn comes, the offset that it asks for then.</param>
internal sealed class LatestOffset(Func<Func<long>, Task> commit)
{
    private readonly Lock _gate = new();
    private Task? _waiting;
    private long _offset;

    /// <summary>Ends when this offset, or one asked for after it, is committed.</summary>
    internal Task CommitAsync(long offset)
    {
        lock (_gate)
        {
            _offset = offset;
            return _waiting ??= commit(Take);
        }
    }

    private long Take()
    {
        lock (_gate)
        {
            _waiting = null;
            return _offset;
        }
    }
}

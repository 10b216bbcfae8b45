namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>What the members of a group have read and stored, together: the store that goes on where a partition goes.</summary>
internal sealed class SharedLog
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, List<long>> _offsets = new() { [0] = [], [1] = [] };
    private readonly Dictionary<int, long> _committed = [];
    private readonly HashSet<int> _refused = [];

    /// <summary>Offset of the first record that has not been read.</summary>
    public long Next(int partition)
    {
        lock (_gate)
        {
            return _offsets[partition] is [.., var last] ? last + 1 : 0;
        }
    }

    public int Count(int partition)
    {
        lock (_gate)
        {
            return _offsets[partition].Count;
        }
    }

    public long[] Offsets(int partition)
    {
        lock (_gate)
        {
            return [.. _offsets[partition]];
        }
    }

    public long Committed(int partition)
    {
        lock (_gate)
        {
            return _committed.GetValueOrDefault(partition);
        }
    }

    public void Read(int partition, IEnumerable<long> offsets)
    {
        lock (_gate)
        {
            _offsets[partition].AddRange(offsets);
        }
    }

    public void Commit(int partition, long next)
    {
        lock (_gate)
        {
            _committed[partition] = next;
            _refused.Remove(partition);
        }
    }

    public void RefuseCommit(int partition)
    {
        lock (_gate)
        {
            _refused.Add(partition);
        }
    }

    /// <summary>Whether the group refused the partition's last commit.</summary>
    public bool WasRefused(int partition)
    {
        lock (_gate)
        {
            return _refused.Contains(partition);
        }
    }

    public async Task UntilAsync(Func<bool> holds, string phase)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var started = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < 2 * Waits.Patience,
                $"{phase}: expected it within {2 * Waits.Patience.TotalSeconds} s, got {Count(0)} and {Count(1)} records.");
            await timer.WaitForNextTickAsync();
        }
    }
}

using StreamLearn.Learners.Averaging;

namespace StreamLearn.Learners.Tests.Averaging;

/// <summary>
/// Replicas, their logs, the log of contributions and whoever makes averages, with all that goes wrong between them: crashes, records that are learned again,
/// writes that are lost or come twice, owners and makers of averages that do not know that they are none any more.
/// </summary>
internal sealed class ReplicationModel
{
    private readonly Random _random;
    private readonly ReplicaOptions _options;
    private readonly List<Entry>[] _logs;
    private readonly List<byte[]> _contributions = [];
    private readonly Stored[] _stored;
    private readonly List<Owner> _owners = [];
    private readonly List<Maker> _makers = [];
    private byte[] _makerState = [];
    private long _records;

    internal ReplicationModel(int replicas, ReplicaOptions options, int seed)
    {
        _random = new Random(seed);
        _options = options;
        _logs = [.. Enumerable.Range(0, replicas).Select(_ => new List<Entry>())];
        _stored = [.. Enumerable.Range(0, replicas).Select(replica => new Stored(new ReplicaUnderTest(options, replica).Save(), 0, -1))];
        _owners.AddRange(Enumerable.Range(0, replicas).Select(replica => new Owner(this, replica)));
        _makerState = ContributionGroupsTests.Save(new ContributionGroups(replicas));
        _makers.Add(new Maker(this));
    }

    internal int Crashes { get; private set; }

    internal int Zombies { get; private set; }

    internal int Contributions => _contributions.Count;

    /// <summary>Does one of the things that can happen.</summary>
    internal void Step()
    {
        var owner = _owners[_random.Next(_owners.Count)];
        var maker = _makers[_random.Next(_makers.Count)];
        switch (_random.Next(200))
        {
            case < 70:
                // One partition has few records.
                for (var count = _random.Next(4); count > 0; count--)
                {
                    _logs[_random.Next(4) == 0 ? 0 : _random.Next(_logs.Length)].Add(new Entry(_records++, null, -1));
                }

                break;
            case < 130:
                owner.Read(1 + _random.Next(10));
                break;
            case < 145:
                owner.Deliver(1 + _random.Next(3));
                break;
            case < 155:
                owner.Store();
                break;
            case < 185:
                maker.Read(1 + _random.Next(8));
                break;
            case < 190:
                maker.Store();
                break;
            case < 194:
                Replace(owner);
                break;
            default:
                Replace(maker);
                break;
        }

        // Nobody is a zombie for ever.
        if (_owners.Count > 2 * _logs.Length)
        {
            _owners.RemoveAt(_owners.FindIndex(other => other.IsZombie));
        }

        if (_makers.Count > 3)
        {
            _makers.RemoveAt(0);
        }
    }

    /// <summary>Everybody reads what there is to its end.</summary>
    internal void Settle()
    {
        while (true)
        {
            var before = (_contributions.Count, _logs.Sum(log => log.Count));
            foreach (var owner in _owners)
            {
                owner.Read(int.MaxValue);
                owner.Deliver(int.MaxValue);
            }

            foreach (var maker in _makers)
            {
                maker.Read(int.MaxValue);
            }

            if (before == (_contributions.Count, _logs.Sum(log => log.Count)) && _owners.All(owner => owner.IsAtEnd))
            {
                return;
            }
        }
    }

    /// <summary>The replicas as they are with their owners of now.</summary>
    internal ReplicaUnderTest[] Replicas() => [.. Enumerable.Range(0, _logs.Length).Select(replica => Live(replica).Replica)];

    /// <summary>The replicas made from their logs anew.</summary>
    internal ReplicaUnderTest[] Replayed() => [.. Enumerable.Range(0, _logs.Length).Select(replica =>
    {
        var owner = new Owner(this, replica, fromStart: true);
        owner.Read(int.MaxValue);
        return owner.Replica;
    })];

    /// <summary>The averages that replicas take of a log: no repeats.</summary>
    internal List<ReplicaAverage> Averages(int replica)
    {
        var last = -1L;
        var averages = new List<ReplicaAverage>();
        foreach (var entry in _logs[replica].Where(entry => entry.Average is not null))
        {
            if (entry.Origin > last)
            {
                last = entry.Origin;
                averages.Add(ReplicaAverage.TryDecode(entry.Average)!);
            }
        }

        return averages;
    }

    private Owner Live(int replica) => _owners.Last(owner => owner.Partition == replica && !owner.IsZombie);

    private void Replace(Owner owner)
    {
        if (owner.IsZombie)
        {
            _owners.Remove(owner);
            return;
        }

        // It is dead, or goes on without knowing.
        if (_random.Next(2) == 0)
        {
            _owners.Remove(owner);
            Crashes++;
        }
        else
        {
            owner.IsZombie = true;
            Zombies++;
        }

        _owners.Add(new Owner(this, owner.Partition));
    }

    private void Replace(Maker maker)
    {
        if (maker != _makers[^1] || _random.Next(2) == 0)
        {
            _makers.Remove(maker);
            Crashes++;
        }
        else
        {
            Zombies++;
        }

        _makers.Add(new Maker(this));
    }

    private sealed record Entry(long Record, byte[]? Average, long Origin);

    private sealed record Stored(byte[] State, int Next, long Origin);

    /// <summary>Reads a partition's log for its replica.</summary>
    private sealed class Owner
    {
        private readonly ReplicationModel _model;
        private readonly Queue<byte[]> _pending = new();
        private int _next;
        private long _origin = -1;

        internal Owner(ReplicationModel model, int partition, bool fromStart = false)
        {
            _model = model;
            Partition = partition;
            Replica = new ReplicaUnderTest(model._options, partition);
            if (!fromStart)
            {
                (var state, _next, _origin) = model._stored[partition];
                Replica.Load(state);
            }
        }

        internal int Partition { get; }

        internal ReplicaUnderTest Replica { get; }

        internal bool IsZombie { get; set; }

        internal bool IsAtEnd => _next == _model._logs[Partition].Count && _pending.Count == 0;

        internal void Read(int count)
        {
            var log = _model._logs[Partition];
            for (; count > 0 && _next < log.Count; count--)
            {
                var entry = log[_next++];
                if (entry.Average is null)
                {
                    if (Replica.Learn(entry.Record) is { } contribution)
                    {
                        _pending.Enqueue(contribution);
                    }
                }
                else if (entry.Origin > _origin)
                {
                    _origin = entry.Origin;
                    Assert.Equal(AverageOutcome.Applied, Replica.Exchange.Apply(entry.Average));
                }
            }
        }

        internal void Deliver(int count)
        {
            for (; count > 0 && _pending.TryDequeue(out var contribution); count--)
            {
                _model._contributions.Add(contribution);
            }
        }

        /// <summary>Stores, when all is delivered; the store knows who owns the partition.</summary>
        internal void Store()
        {
            Deliver(int.MaxValue);
            if (!IsZombie)
            {
                _model._stored[Partition] = new Stored(Replica.Save(), _next, _origin);
            }
        }
    }

    /// <summary>Reads the contributions and writes averages.</summary>
    private sealed class Maker
    {
        private readonly ReplicationModel _model;
        private readonly ContributionGroups _groups;
        private long _next;

        // Of an average that is not in all logs yet.
        private ReplicaAverage? _average;
        private int _written;

        internal Maker(ReplicationModel model)
        {
            _model = model;
            _groups = ContributionGroupsTests.Load(new ContributionGroups(model._logs.Length), model._makerState);
            _next = _groups.From;
        }

        internal void Read(int count)
        {
            for (; count > 0; count--)
            {
                if (_average is not null)
                {
                    _model._logs[_written++].Add(new Entry(-1, _average.Encode(), _average.Sequence));
                    _average = _written == _model._logs.Length ? null : _average;
                }
                else if (_next < _model._contributions.Count)
                {
                    _average = _groups.Add(_next, _model._contributions[(int)_next]);
                    _written = 0;
                    _next++;
                }
                else
                {
                    return;
                }
            }
        }

        /// <summary>Stores, when all averages are delivered; the store knows who makes averages.</summary>
        internal void Store()
        {
            while (_average is not null)
            {
                Read(1);
            }

            if (this == _model._makers[^1])
            {
                _model._makerState = ContributionGroupsTests.Save(_groups);
            }
        }
    }
}

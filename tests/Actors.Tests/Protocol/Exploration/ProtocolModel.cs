using System.Numerics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;

namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>
/// A log, the ingests of its partition, its buckets, the store and the topic of the outputs, with a network between them that keeps the
/// order between two of them only, and faults. After every step it checks what must always be so.
/// </summary>
internal sealed class ProtocolModel
{
    private const int MostUnderWay = 60;

    private readonly ModelSetup _setup;

    // By owner; those that do nothing more are null.
    private readonly List<ModelIngest?> _ingests;
    private readonly ModelBucket[] _buckets;
    private readonly List<ModelSave> _savesOfCrashed;

    // By channel, and within one in their order.
    private readonly List<ModelMessage> _network;
    private ModelStore _store;

    // A step changes little: a copy shares what it has not changed yet. A bit for each that is this model's alone.
    private int _ownIngests;
    private int _ownBuckets;
    private bool _ownStore;
    private ModelTopic _topic;
    private ModelFaults _left;
    private bool _starting;
    private long _committed;

    internal ProtocolModel(ModelSetup setup)
    {
        (_setup, _left, _committed) = (setup, setup.Faults, setup.First);
        _store = new ModelStore(setup);
        _buckets = [.. Enumerable.Range(0, setup.Processes * setup.Buckets)
            .Select(place => new ModelBucket(setup, place / setup.Buckets, place % setup.Buckets))];
        (_ingests, _network, _savesOfCrashed) = ([], [], []);
        _topic = new ModelTopic(setup.Delivery, 0, 0, setup.First);
        TakePartition();
        Start();
    }

    private ProtocolModel(ProtocolModel other)
    {
        _setup = other._setup;
        (other._ownIngests, other._ownBuckets, other._ownStore) = (0, 0, false);
        _store = other._store;
        _ingests = [.. other._ingests];
        _buckets = [.. other._buckets];
        _savesOfCrashed = [.. other._savesOfCrashed];
        _network = [.. other._network];
        (_topic, _left, _starting, _committed) = (other._topic, other._left, other._starting, other._committed);
    }

    /// <summary>Whether everything is read, answered, written and stored.</summary>
    internal bool IsDone => !_starting && _network.Count == 0 && _ingests[^1] is { IsDone: true } ingest && ingest.Next == _setup.Log.Count
        && _store.Newest.Next == _setup.Log.Count && _topic.Published == _setup.All
        && Enumerable.Range(0, _setup.Buckets).All(bucket => _store.NewestOf(bucket).Records == RecordsOf(bucket));

    /// <summary>For people.</summary>
    public override string ToString() =>
        $"{_ingests.Count} owners; {_ingests[^1]}; cursor {_store.Newest.Next} [{string.Join(", ", _store.Newest.SentUpTo)}]; stored "
        + string.Join(", ", Enumerable.Range(0, _setup.Buckets).Select(bucket => $"[{string.Join(", ", _store.GenerationsOf(bucket))}]"))
        + $"; published {_topic.Published:b}; {_network.Count} messages; {string.Join(", ", _buckets.AsEnumerable())}; "
        + $"log {string.Join(", ", _setup.Log)}";

    internal ProtocolModel Copy() => new(this);

    /// <summary>What can happen now.</summary>
    internal List<ModelEvent> Possible()
    {
        var possible = new List<ModelEvent>();
        if (_starting)
        {
            possible.Add(new ModelEvent(ModelEventKind.Start));
        }

        AddMessages(possible);
        AddBuckets(possible);
        for (var place = 0; place < _savesOfCrashed.Count; place++)
        {
            possible.Add(new ModelEvent(ModelEventKind.SaveOfCrashed, place));
        }

        for (var owner = 0; owner < _ingests.Count; owner++)
        {
            if (_ingests[owner] is { } ingest)
            {
                AddIngest(possible, owner, ingest);
            }
        }

        if (!_starting)
        {
            Add(possible, _left.Restarts > 0, ModelEventKind.Restart);
            Add(possible, _left.Zombies > 0, ModelEventKind.Zombie);
        }

        return possible;
    }

    /// <summary>Lets it happen, and checks everything.</summary>
    internal void Do(ModelEvent happening)
    {
        var (kind, subject, which) = happening;
        switch (kind)
        {
            case ModelEventKind.Start:
                Start();
                break;
            case ModelEventKind.Deliver:
                Deliver(Take(subject));
                break;
            case ModelEventKind.Repeat:
                _left = _left with { Repeats = _left.Repeats - 1 };
                var repeated = Take(subject);
                Deliver(repeated);
                Put(repeated with { Late = true });
                break;
            case ModelEventKind.Lose:
                _left = _left with { Losses = _left.Losses - 1 };
                Take(subject);
                break;
            case ModelEventKind.Save:
                PutAnswer(Bucket(subject).OnSaved(Save(_buckets[subject].Saving!)));
                break;
            case ModelEventKind.FailSave:
                _left = _left with { StoreFailures = _left.StoreFailures - 1 };
                if (which == 1)
                {
                    Save(_buckets[subject].Saving!);
                }

                PutAnswer(Bucket(subject).OnSaveFailed());
                break;
            case ModelEventKind.SaveOfCrashed:
                Save(_savesOfCrashed[subject]);
                _savesOfCrashed.RemoveAt(subject);
                break;
            case ModelEventKind.Crash:
                _left = _left with { Crashes = _left.Crashes - 1 };
                if (Bucket(subject).Crash() is { } saving)
                {
                    _savesOfCrashed.Add(saving);
                }

                break;
            case ModelEventKind.Restart:
                _left = _left with { Restarts = _left.Restarts - 1 };
                StopAll();
                TakePartition();
                break;
            case ModelEventKind.Zombie:
                _left = _left with { Zombies = _left.Zombies - 1 };
                TakePartition();
                break;
            case ModelEventKind.Damage:
                _left = _left with { Damages = _left.Damages - 1 };
                Store().Damage(subject);
                break;
            default:
                DoOfIngest(kind, subject, which);
                PutSent(subject);
                PutSent(which);
                break;
        }

        Check();
    }

    /// <summary>No more faults, and the newest ingest is the only one. What is damaged is found, for it is read once more.</summary>
    internal void EndFaults()
    {
        _left = default;
        for (var place = 0; place < _buckets.Length; place++)
        {
            if (_store.IsDamaged(place % _setup.Buckets))
            {
                Bucket(place).Crash();
            }
        }

        for (var owner = 0; owner < _ingests.Count - 1; owner++)
        {
            Stop(owner);
        }
    }

    /// <summary>The ingest asks its buckets once more, so that one that has lost something says so.</summary>
    internal void Probe()
    {
        if (_ingests[^1] is not null)
        {
            Ingest(_ingests.Count - 1).Probe();
            PutSent(_ingests.Count - 1);
        }
    }

    /// <summary>Starts another ingest where there is none: it had seen that the partition was another's, who has gone.</summary>
    internal void StartAgain()
    {
        if (_ingests[^1] is null && !_starting)
        {
            TakePartition();
        }
    }

    /// <summary>128 bits for everything that decides what can happen from here on.</summary>
    internal UInt128 Describe(Fingerprint fingerprint)
    {
        _store.Describe(fingerprint);
        foreach (var bucket in _buckets)
        {
            bucket.Describe(fingerprint, _store);
        }

        fingerprint.Add(_savesOfCrashed.Count);
        foreach (var save in _savesOfCrashed)
        {
            fingerprint.Add(save.Request.Bucket);
            fingerprint.Add(_store.IsWriter(save.Request.Bucket, save.Writer) ? save.State.LastApplied : -2);
            fingerprint.Add(save.Request.Number);
        }

        foreach (var ingest in _ingests)
        {
            fingerprint.Add(ingest is null ? 0 : 1);
            ingest?.Describe(fingerprint);
        }

        fingerprint.Add(_network.Count);
        foreach (var message in _network)
        {
            fingerprint.Add(message.Channel);
            fingerprint.Add((int)message.Kind);
            fingerprint.Add(_ingests[message.Ingest]?.Epoch == message.Epoch ? 1 : 0);
            fingerprint.Add(message.Number);
            fingerprint.Add(message.Last);
            fingerprint.AddBits(message.Records);
        }

        fingerprint.AddBits(_topic.Published);
        fingerprint.Add(_topic.Producer);
        fingerprint.Add(_topic.Watermark);
        fingerprint.Add(_starting ? 1 : 0);
        fingerprint.Add(_committed);
        fingerprint.Add(_left.Losses + (4 * _left.Repeats) + (16 * _left.Crashes) + (64 * _left.StoreFailures) + (256 * _left.Restarts));
        fingerprint.Add(_left.Zombies + (4 * _left.Damages) + (16 * _left.Moves) + (64 * _left.Probes));
        return fingerprint.Take();
    }

    private static void Add(List<ModelEvent> possible, bool when, ModelEventKind kind, int subject = 0, int which = 0)
    {
        if (when)
        {
            possible.Add(new ModelEvent(kind, subject, which));
        }
    }

    private void AddMessages(List<ModelEvent> possible)
    {
        for (var place = 0; place < _network.Count; place++)
        {
            var message = _network[place];
            if (place > 0 && _network[place - 1].Channel == message.Channel)
            {
                continue;
            }

            // A bucket that waits for the store takes no message.
            var taken = !message.IsRequest || _buckets[PlaceOf(message)].Saving is null;
            Add(possible, taken, ModelEventKind.Deliver, place);
            Add(possible, taken && _left.Repeats > 0, ModelEventKind.Repeat, place);
            Add(possible, _left.Losses > 0, ModelEventKind.Lose, place);
        }
    }

    private void AddBuckets(List<ModelEvent> possible)
    {
        for (var place = 0; place < _buckets.Length; place++)
        {
            var bucket = _buckets[place];
            if (bucket.Saving is not null)
            {
                Add(possible, true, ModelEventKind.Save, place);
                Add(possible, _left.StoreFailures > 0, ModelEventKind.FailSave, place, 0);
                Add(possible, _left.StoreFailures > 0, ModelEventKind.FailSave, place, 1);
            }

            Add(possible, _left.Crashes > 0 && bucket.HasMemory, ModelEventKind.Crash, place);
        }

        for (var bucket = 0; bucket < _setup.Buckets && _left.Damages > 0; bucket++)
        {
            Add(possible, _store.CanBeDamaged(bucket), ModelEventKind.Damage, bucket);
        }
    }

    private void AddIngest(List<ModelEvent> possible, int owner, ModelIngest ingest)
    {
        for (var records = 1; records <= _setup.MostInBatch && ingest.Next + records <= _setup.Log.Count && ingest.MayRead; records++)
        {
            Add(possible, true, ModelEventKind.Read, records, owner);
        }

        // The time-out is longer than the network's delay; what comes twice all the same is a fault.
        for (var chunk = 0; chunk < ingest.Pending; chunk++)
        {
            Add(possible, IsQuiet(owner, ingest.BucketOfPending(chunk)), ModelEventKind.Resend, chunk, owner);
        }

        for (var place = 0; place < ingest.Persisting; place++)
        {
            Add(possible, IsQuiet(owner, ingest.BucketOfPersisting(place)), ModelEventKind.ResendPersist, place, owner);
        }

        Add(possible, ingest.MayBeginBarrier, ModelEventKind.BeginBarrier, owner);
        Add(possible, ingest.MayPutOut, ModelEventKind.PutOut, owner);
        Add(possible, ingest.MayWrite, ModelEventKind.Write, owner);
        Add(possible, ingest.MayWriteCursor, ModelEventKind.WriteCursor, owner);
        Add(possible, ingest.MayAnswerCursor, ModelEventKind.AnswerCursor, owner);
        Add(possible, _left.StoreFailures > 0 && (ingest.MayWriteCursor || ingest.MayAnswerCursor), ModelEventKind.FailCursor, owner);
        Add(possible, _left.Probes > 0, ModelEventKind.Probe, owner);
        for (var bucket = 0; bucket < _setup.Buckets && _left.Moves > 0; bucket++)
        {
            Add(possible, true, ModelEventKind.Move, bucket, owner);
        }
    }

    /// <summary>What an ingest does: it is the subject, or the object where there is another.</summary>
    private void DoOfIngest(ModelEventKind kind, int subject, int which)
    {
        switch (kind)
        {
            case ModelEventKind.Read:
                Ingest(which).Read(subject);
                break;
            case ModelEventKind.Resend:
                Ingest(which).SendAgain(subject);
                break;
            case ModelEventKind.ResendPersist:
                Ingest(which).PersistAgain(subject);
                break;
            case ModelEventKind.Move:
                _left = _left with { Moves = _left.Moves - 1 };
                Ingest(which).Move(subject);
                break;
            case ModelEventKind.Probe:
                _left = _left with { Probes = _left.Probes - 1 };
                Ingest(subject).Probe();
                break;
            case ModelEventKind.BeginBarrier:
                Ingest(subject).BeginBarrier();
                break;
            case ModelEventKind.PutOut:
                PutOut(Ingest(subject));
                break;
            case ModelEventKind.Write:
                Write(subject);
                break;
            case ModelEventKind.WriteCursor:
                if (!Ingest(subject).WriteCursor(Store()))
                {
                    Stop(subject);
                }

                break;
            case ModelEventKind.AnswerCursor:
                OnCursorStored(Ingest(subject));
                break;
            case ModelEventKind.FailCursor:
                _left = _left with { StoreFailures = _left.StoreFailures - 1 };
                Ingest(subject).OnCursorFailed();
                break;
            default:
                throw new InvalidOperationException($"{kind} is no event of an ingest.");
        }
    }

    private void TakePartition()
    {
        Store().TakePartition(_ingests.Count);
        _ingests.Add(null);
        _starting = true;
        if (_setup.Delivery == Delivery.AtLeastOnce)
        {
            Start();
        }
    }

    /// <summary>With transactions the producer of the one before is fenced first: then what it has committed stands.</summary>
    private void Start()
    {
        if (!_starting)
        {
            return;
        }

        _starting = false;
        var owner = _ingests.Count - 1;
        _topic = _topic with { Producer = owner };
        var from = _setup.Delivery == Delivery.AtLeastOnce ? _store.Newest.Next : _topic.Watermark;
        _ingests[owner] = new ModelIngest(_setup, owner, _setup.Split ? owner % 2 : 0, _store, from);
        _ownIngests |= 1 << owner;
        PutSent(owner);
    }

    private void PutOut(ModelIngest ingest)
    {
        var lost = ingest.PutOut() & ~_topic.Published;
        if (lost != 0)
        {
            throw new ProtocolViolationException(
                $"The prediction on record {BitOperations.TrailingZeroCount(lost)} is lost: "
                + "its bucket does not know it any more, and nobody has written it.");
        }
    }

    private void Write(int owner)
    {
        var output = Ingest(owner).Write();
        if (_setup.Delivery == Delivery.ExactlyOnce && _topic.Producer != owner)
        {
            Stop(owner);
        }
        else
        {
            _topic = _topic.With(output);
        }
    }

    private void OnCursorStored(ModelIngest ingest)
    {
        var next = ingest.OnCursorStored();
        _committed = _setup.Delivery == Delivery.AtLeastOnce ? next : _committed;
    }

    private bool Save(ModelSave save) => Store().SaveBucket(save.Request.Bucket, save.Writer, save.State, save.Request.Number);

    private void StopAll()
    {
        for (var owner = 0; owner < _ingests.Count; owner++)
        {
            Stop(owner);
        }
    }

    /// <summary>An ingest does nothing more; what it has sent is under way.</summary>
    private void Stop(int owner)
    {
        _ingests[owner] = null;
        _network.RemoveAll(message => message.Ingest == owner && !message.IsRequest);
    }

    private int PlaceOf(ModelMessage message) => (message.Process * _setup.Buckets) + message.Bucket;

    private bool IsQuiet(int owner, int bucket) =>
        !_network.Exists(message => message.Ingest == owner && message.Bucket == bucket && message.Epoch == _ingests[owner]!.Epoch);

    private void Deliver(ModelMessage message)
    {
        if (message.IsRequest)
        {
            PutAnswer(Bucket(PlaceOf(message)).Receive(message, Store()));
        }
        else
        {
            Ingest(message.Ingest).Receive(message);
            PutSent(message.Ingest);
        }
    }

    private void PutAnswer(ModelMessage? answer)
    {
        if (answer is { } message && _ingests[message.Ingest] is not null)
        {
            Put(message);
        }
    }

    /// <summary>Behind all of its channel.</summary>
    private void Put(ModelMessage message)
    {
        var place = _network.Count;
        while (place > 0 && _network[place - 1].Channel > message.Channel)
        {
            place--;
        }

        _network.Insert(place, message);
    }

    private ModelMessage Take(int place)
    {
        var message = _network[place];
        _network.RemoveAt(place);
        return message;
    }

    private ModelIngest Ingest(int owner)
    {
        if ((_ownIngests & (1 << owner)) == 0)
        {
            _ownIngests |= 1 << owner;
            _ingests[owner] = _ingests[owner]!.Copy();
        }

        return _ingests[owner]!;
    }

    private ModelBucket Bucket(int place)
    {
        if ((_ownBuckets & (1 << place)) == 0)
        {
            _ownBuckets |= 1 << place;
            _buckets[place] = _buckets[place].Copy();
        }

        return _buckets[place];
    }

    private ModelStore Store()
    {
        _store = _ownStore ? _store : _store.Copy();
        _ownStore = true;
        return _store;
    }

    /// <summary>Puts on its way what an ingest has sent.</summary>
    private void PutSent(int owner)
    {
        if (owner < _ingests.Count && _ingests[owner] is { } ingest && (_ownIngests & (1 << owner)) != 0)
        {
            foreach (var message in ingest.TakeSent())
            {
                Put(message);
            }
        }
    }

    private ulong RecordsOf(int bucket) => _setup.RecordsOf(bucket, IngestProtocol.Nothing, _setup.Log.Count);

    private void Check()
    {
        foreach (var bucket in _buckets)
        {
            bucket.Check();
        }

        foreach (var ingest in _ingests)
        {
            ingest?.Check();
        }

        _store.Check(_committed);
        if (_network.Count > MostUnderWay)
        {
            throw new ProtocolViolationException($"{_network.Count} messages are under way.");
        }
    }
}

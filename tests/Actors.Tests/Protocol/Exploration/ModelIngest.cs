using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;

namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>An ingest, as <c>IngestStage</c> is between two of its events.</summary>
internal sealed class ModelIngest
{
    private readonly ModelSetup _setup;
    private readonly int _owner;
    private readonly IngestProtocol _protocol;
    private readonly int[] _processes;
    private readonly Queue<ModelChunk> _waiting = new();
    private readonly List<ModelMessage> _pending = [];
    private readonly List<ModelMessage> _persisting = [];
    private readonly Queue<ModelBatch> _batches = new();
    private readonly Queue<ModelOutput> _outgoing = new();
    private readonly List<ModelMessage> _sent = [];

    // Everything before it has been put out.
    private long _from;
    private long _covered;
    private PartitionCursor? _storing;
    private bool _written;

    /// <param name="setup">The setup.</param>
    /// <param name="owner">Its number among the owners of the partition.</param>
    /// <param name="process">The process whose buckets it speaks to.</param>
    /// <param name="store">Where its cursor is.</param>
    /// <param name="from">First offset whose outputs are to be written.</param>
    internal ModelIngest(ModelSetup setup, int owner, int process, ModelStore store, long from)
    {
        (_setup, _owner, _from) = (setup, owner, from);
        _protocol = new IngestProtocol(store.Newest, store.Before, setup.Mutant);
        _covered = store.Newest.Next;
        _processes = [.. Enumerable.Repeat(process, setup.Buckets)];
        Probe();
    }

    private ModelIngest(ModelIngest other)
    {
        (_setup, _owner, _from, _covered, _storing, _written) =
            (other._setup, other._owner, other._from, other._covered, other._storing, other._written);
        _protocol = other._protocol.Copy();
        _processes = [.. other._processes];
        _waiting = new(other._waiting);
        _pending = [.. other._pending];
        _persisting = [.. other._persisting];
        _batches = new(other._batches);
        _outgoing = new(other._outgoing);
    }

    internal int Epoch => _protocol.Epoch;

    internal int Pending => _pending.Count;

    internal int Persisting => _persisting.Count;

    /// <summary>Where reading goes on.</summary>
    internal long Next => _protocol.Next;

    internal bool MayRead => _protocol.Phase == BarrierPhase.None && _waiting.Count == 0 && _protocol.Window < _setup.Window
        && _batches.Count <= _setup.Window;

    internal bool MayBeginBarrier => _protocol.Phase == BarrierPhase.None && HasNews && _storing is null
        && (!_protocol.IsReadingAgain || _setup.ModelMutant == ModelMutant.BarrierWhileReadingAgain);

    internal bool MayPutOut => _outgoing.Count < _setup.MostOutgoing && _batches.TryPeek(out var batch) && batch.Missing == 0;

    internal bool MayWrite => _outgoing.Count > 0;

    internal bool MayWriteCursor => _storing is not null && !_written;

    internal bool MayAnswerCursor => _storing is not null && _written;

    /// <summary>Whether everything it has read is answered, written and stored.</summary>
    internal bool IsDone => HasDelivered && !HasNews && _protocol.Phase == BarrierPhase.None && _storing is null;

    private bool HasNews => _protocol.Touched > 0 || _protocol.Next != _covered;

    private bool HasDelivered => _waiting.Count == 0 && _protocol.InFlight == 0
        && ((_batches.Count == 0 && _outgoing.Count == 0) || _setup.ModelMutant == ModelMutant.BarrierBeforeDelivery);

    /// <summary>For people.</summary>
    public override string ToString() =>
        $"{_protocol.Phase}, next {Next}, {_protocol.InFlight} in flight, {_protocol.Touched} touched, from {_from}";

    internal ModelIngest Copy() => new(this);

    /// <summary>What it has sent since it was last asked.</summary>
    internal IReadOnlyList<ModelMessage> TakeSent()
    {
        if (_sent.Count == 0)
        {
            return [];
        }

        ModelMessage[] sent = [.. _sent];
        _sent.Clear();
        return sent;
    }

    internal void Move(int bucket) => _processes[bucket] = 1 - _processes[bucket];

    internal void Probe()
    {
        foreach (var (bucket, sentUpTo) in _protocol.Quiet())
        {
            Send(new ModelMessage(ModelMessageKind.Chunk, _owner, 0, bucket, Epoch, sentUpTo, sentUpTo, 0));
        }
    }

    /// <summary>Reads records; their chunks wait one bucket after the other.</summary>
    internal void Read(int records)
    {
        var first = _protocol.Next;
        var last = first + records - 1;
        var chunks = 0;
        for (var bucket = 0; bucket < _setup.Buckets; bucket++)
        {
            var offsets = new List<long>();
            for (var offset = first; offset <= last; offset++)
            {
                if (_setup.Log[(int)offset] == bucket)
                {
                    offsets.Add(offset);
                }
            }

            foreach (var chunk in offsets.Chunk(_setup.MostInChunk))
            {
                _waiting.Enqueue(new ModelChunk(bucket, chunk[0], chunk[^1]));
                chunks++;
            }
        }

        _batches.Enqueue(new ModelBatch(first, last, chunks, 0));
        _protocol.Read(last + 1);
        GoOn();
    }

    internal void BeginBarrier()
    {
        _protocol.BeginBarrier();
        GoOn();
    }

    /// <summary>Puts out the first batch.</summary>
    /// <returns>The records up to its end that this ingest has not put out, now or before: somebody else must have written their
    /// predictions.</returns>
    internal ulong PutOut()
    {
        var batch = _batches.Dequeue();
        var records = ModelSetup.Below(batch.Last + 1) & ~ModelSetup.Below(_from);
        var next = batch.Last + 1;
        _from = Math.Max(_from, next);
        _outgoing.Enqueue(new ModelOutput(
            records & batch.Predicted, _setup.ModelMutant == ModelMutant.WatermarkGoesBack ? next : _from));
        GoOn();
        return records & ~batch.Predicted;
    }

    /// <summary>The first output is written now.</summary>
    internal ModelOutput Write()
    {
        var output = _outgoing.Dequeue();
        GoOn();
        return output;
    }

    /// <summary>The store writes the cursor; false: it is another's partition.</summary>
    internal bool WriteCursor(ModelStore store)
    {
        _written = true;
        return store.SaveCursor(_owner, _storing!);
    }

    /// <summary>The cursor is stored.</summary>
    /// <returns>The offset that is committed.</returns>
    internal long OnCursorStored()
    {
        var cursor = _storing!;
        (_storing, _written) = (null, false);
        _protocol.CursorStored(cursor);
        _persisting.Clear();
        _covered = cursor.Next;
        GoOn();
        return cursor.Next;
    }

    internal void OnCursorFailed()
    {
        (_storing, _written) = (null, false);
        GiveUpBarrier();
    }

    internal void SendAgain(int chunk) => Send(_pending[chunk]);

    internal void PersistAgain(int place) => Send(_persisting[place]);

    internal int BucketOfPending(int chunk) => _pending[chunk].Bucket;

    internal int BucketOfPersisting(int place) => _persisting[place].Bucket;

    internal void Receive(ModelMessage answer)
    {
        switch (answer.Kind)
        {
            case ModelMessageKind.Ack when _protocol.Acknowledge(answer.Bucket, answer.Epoch, answer.Last):
                var chunk = _pending.FindIndex(sent => sent.Bucket == answer.Bucket && sent.Last == answer.Last);
                Answer(answer.Last, answer.Records);
                _pending.RemoveAt(chunk);
                break;
            case ModelMessageKind.Rewind:
                Rewind(answer);
                break;
            case ModelMessageKind.Persisted:
                var lastApplied = _setup.ModelMutant == ModelMutant.PersistedIsNotCompared ? long.MaxValue : answer.Number;
                if (_protocol.Persisted(answer.Bucket, answer.Epoch, answer.Last, lastApplied, out var lacks))
                {
                    _persisting.RemoveAll(asked => asked.Bucket == answer.Bucket);
                    if (lacks)
                    {
                        Rewind(answer);
                    }
                }

                break;
            case ModelMessageKind.PersistFailed when answer.Epoch == Epoch
                && _persisting.Exists(asked => asked.Bucket == answer.Bucket && asked.Last == answer.Last):
                GiveUpBarrier();
                break;
        }

        GoOn();
    }

    internal void Check()
    {
        if (_protocol.Window > _setup.Window || _batches.Count > _setup.Window + 1 || Next < _setup.First)
        {
            throw new ProtocolViolationException(
                $"{_protocol.Window} chunks are in the window, {_batches.Count} batches wait, {Next} is read next.");
        }
    }

    internal void Describe(Fingerprint fingerprint)
    {
        _protocol.Describe(fingerprint.Add);
        Array.ForEach(_processes, process => fingerprint.Add(process));
        fingerprint.Add(_waiting.Count);
        foreach (var chunk in _waiting)
        {
            fingerprint.Add(chunk.Bucket);
            fingerprint.Add(chunk.First);
            fingerprint.Add(chunk.Last);
        }

        fingerprint.Add(_pending.Count);
        foreach (var chunk in _pending)
        {
            fingerprint.Add(chunk.Number);
            fingerprint.AddBits(chunk.Records);
        }

        fingerprint.Add(_persisting.Count);
        foreach (var asked in _persisting)
        {
            fingerprint.Add(asked.Bucket);
            fingerprint.Add(asked.Last);
        }

        fingerprint.Add(_batches.Count);
        foreach (var batch in _batches)
        {
            fingerprint.Add(batch.First);
            fingerprint.Add(batch.Last);
            fingerprint.Add(batch.Missing);
            fingerprint.AddBits(batch.Predicted);
        }

        fingerprint.Add(_outgoing.Count);
        foreach (var output in _outgoing)
        {
            fingerprint.AddBits(output.Records);
            fingerprint.Add(output.Next);
        }

        fingerprint.Add(_from);
        fingerprint.Add(_covered);
        fingerprint.Add(_written ? 1 : 0);
        ModelStore.Describe(fingerprint, _storing);
        fingerprint.Add(_storing is not null && _protocol.Phase == BarrierPhase.Storing ? 1 : 0);
    }

    private void Answer(long last, ulong predicted)
    {
        var batches = _batches.ToArray();
        _batches.Clear();
        foreach (var batch in batches)
        {
            _batches.Enqueue(
                batch.First <= last && last <= batch.Last
                    ? batch with { Missing = batch.Missing - 1, Predicted = batch.Predicted | predicted }
                    : batch);
        }
    }

    private void Rewind(ModelMessage answer)
    {
        var unfinished = _setup.ModelMutant == ModelMutant.RewindForgetsAnswersUnderWay
            ? _waiting.Select(chunk => chunk.First)
            : _batches.Select(batch => batch.First);
        if (_protocol.Rewind(answer.Epoch, answer.Number, out _, unfinished.DefaultIfEmpty(long.MaxValue).Min()))
        {
            _batches.Clear();
            _pending.Clear();
            _waiting.Clear();
            _persisting.Clear();
        }
    }

    private void GiveUpBarrier()
    {
        _protocol.AbandonBarrier();
        _persisting.Clear();
    }

    /// <summary>What follows at once.</summary>
    private void GoOn()
    {
        while (_waiting.Count > 0 && _protocol.Window < _setup.Window)
        {
            var (bucket, first, last) = _waiting.Dequeue();
            var previous = _protocol.Send(bucket, first, last);
            var chunk = new ModelMessage(
                ModelMessageKind.Chunk, _owner, 0, bucket, Epoch, previous, last, _setup.RecordsOf(bucket, first - 1, last));
            _pending.Add(chunk);
            Send(chunk);
        }

        if (_protocol.Phase == BarrierPhase.Draining && HasDelivered)
        {
            foreach (var request in _protocol.Drained())
            {
                var persist = new ModelMessage(
                    ModelMessageKind.Persist, _owner, 0, request.Bucket, Epoch, request.CoveredBefore, request.UpTo, 0);
                _persisting.Add(persist);
                Send(persist);
            }
        }

        if (_protocol.Phase == BarrierPhase.Storing && _storing is null)
        {
            _storing = _protocol.Cursor(default);
        }
    }

    private void Send(ModelMessage message) => _sent.Add(message with { Process = _processes[message.Bucket] });
}

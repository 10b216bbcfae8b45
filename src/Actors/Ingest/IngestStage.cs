using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Stage;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Control;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Ingest;

/// <summary>
/// The ingest of one partition as a stream stage: sends the examples of decoded batches to their buckets as chunks, passes on what the
/// buckets answer in the order of the log, and now and then has them store their state. A bounded number of chunks is in flight; one
/// without an answer is sent again; a bucket that has lost something is sent what it lacks, from the log.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="position">Where it starts.</param>
/// <param name="buckets">The shard region of the pipeline's buckets.</param>
/// <param name="store">Where the cursor is stored.</param>
/// <param name="control">Goes back in the log, commits.</param>
/// <param name="delivered">Is told when an output has been delivered.</param>
/// <param name="progress">Is told what goes on.</param>
/// <param name="flow">Is told how the partition flows.</param>
/// <param name="requests">Who waits for a checkpoint.</param>
/// <param name="time">Says when a barrier is due.</param>
internal sealed class IngestStage(
    PipelineDefinition pipeline, PartitionPosition position, IActorRef buckets, ICheckpointStore store, PartitionControl control,
    DeliveryCount delivered, PipelineProgress progress, PartitionFlow flow, CheckpointRequests requests, TimeProvider time)
    : GraphStage<FlowShape<DecodedBatch, AnsweredBatch>>
{
    private readonly Inlet<DecodedBatch> _in = new("Ingest.in");
    private readonly Outlet<AnsweredBatch> _out = new("Ingest.out");

    public override FlowShape<DecodedBatch, AnsweredBatch> Shape => new(_in, _out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) =>
        new Logic(this, pipeline, position, buckets, store, control, delivered, progress, flow, requests, time);

    private sealed class Logic : TimerGraphStageLogic
    {
        private const string ResendTimer = "resend";
        private const string ProbeTimer = "probe";
        private const string BarrierTimer = "barrier";

        // A bucket that comes back so often without getting further than before will not get past it.
        private const int MostRewindsInPlace = 10;

        // Looked at whenever something comes, too: the timer is for partitions on which nothing does. A node has one for each partition, which idle costs it all
        // its wake-ups.
        private const int TicksOfBarrier = 100;
        private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(20);
        private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(250);
        private static readonly TimeSpan CommitAgainAfter = TimeSpan.FromMilliseconds(500);

        private readonly PipelineDefinition _pipeline;
        private readonly int _partition;
        private readonly long _owner;
        private readonly bool _isStored;
        private readonly IActorRef _buckets;
        private readonly ICheckpointStore _store;
        private readonly PartitionControl _control;
        private readonly DeliveryCount _delivered;
        private readonly PipelineProgress _progress;
        private readonly PartitionFlow _flow;
        private readonly CheckpointRequests _requests;
        private readonly RecordTracer _tracer;
        private readonly TimeProvider _time;
        private readonly Inlet<DecodedBatch> _in;
        private readonly Outlet<AnsweredBatch> _out;
        private readonly BucketChunker _chunker;
        private readonly IngestProtocol _protocol;
        private readonly OutputSequence _outputs;
        private readonly BarrierClock _barriers;
        private readonly Dictionary<(int Bucket, long Last), PendingChunk> _pending = [];
        private readonly Dictionary<int, PendingPersist> _persisting = [];

        // By the bucket: where it is until it is stored and moves to another node.
        private readonly Dictionary<int, IActorRef> _moving = [];

        // By the bucket that has not got the first of its chunks in flight: up to where it has come, and how many answers may still say so.
        private readonly Dictionary<int, (long LastApplied, int Answers)> _overtaken = [];

        // The chunks of one batch at most, for which there was no room in flight.
        private readonly Queue<WaitingChunk> _waiting = new();
        private readonly Action<(PartitionCursor Cursor, Exception? Failure)> _onStored;
        private readonly Action _onOrder;
        private readonly Action<(long Next, Exception? Failure)> _onCommitted;
        // Read while a barrier was made or the pipeline paused: it waits for the end of that.
        private DecodedBatch? _held;
        private long _covered;
        // Who waits for a checkpoint, and those whose it is, once it is committed.
        private readonly List<TaskCompletionSource<long>> _asked = [];
        private readonly List<(TaskCompletionSource<long> Request, long Next)> _made = [];
        private bool _storing;
        private bool _committing;

        // The last barrier, after the end of the log, has been made or has failed.
        private bool _closed;

        // By the bucket: the last chunk that it has answered ends here.
        private readonly Dictionary<int, long> _furthest = [];
        private readonly Dictionary<int, (long Furthest, int Times)> _rewinds = [];

        // To be committed when the commit under way has ended.
        private long? _nextCommit;

        // Refused, and since when: a group takes none while it shares out. Without new records no barrier would commit it again.
        private (long Next, long Since)? _refused;
        private long _warnedOf = IngestProtocol.Nothing;

        internal Logic(
            IngestStage stage, PipelineDefinition pipeline, PartitionPosition position, IActorRef buckets, ICheckpointStore store,
            PartitionControl control, DeliveryCount delivered, PipelineProgress progress, PartitionFlow flow, CheckpointRequests requests, TimeProvider time)
            : base(stage.Shape)
        {
            _pipeline = pipeline;
            _partition = position.Cursor.Partition;
            _owner = position.Owner;
            _isStored = position.IsStored;
            _buckets = buckets;
            _store = store;
            _control = control;
            _delivered = delivered;
            _progress = progress;
            _flow = flow;
            _requests = requests;
            _tracer = new RecordTracer(pipeline);
            _time = time;
            _in = stage._in;
            _out = stage._out;
            _chunker = new BucketChunker(pipeline.Buckets, pipeline.Chunks, pipeline.Plan, pipeline.ReplicaKey);
            _protocol = new IngestProtocol(position.Cursor, position.Before, pipeline.Mutant);
            _outputs = new OutputSequence(position.OutputsFrom);
            _barriers = new BarrierClock(pipeline.Barriers, (double)(_partition % pipeline.Partitions) / pipeline.Partitions, time);
            _covered = position.Cursor.Next;
            _onStored = GetAsyncCallback<(PartitionCursor Cursor, Exception? Failure)>(stored => OnCursorStored(stored.Cursor, stored.Failure));
            _onCommitted = GetAsyncCallback<(long Next, Exception? Failure)>(committed => OnCommitted(committed.Next, committed.Failure));
            _onOrder = GetAsyncCallback(GoOn);
            SetHandler(_in, onPush: OnPush, onUpstreamFinish: GoOn);
            SetHandler(_out, onPull: GoOn);
        }

        public override void PreStart()
        {
            GetStageActor(received => OnAnswer(received.Item1, received.Item2));
            _delivered.OnDelivered = GetAsyncCallback(GoOn);
            _requests.Begin(_onOrder);
            _progress.Pause.Add(_onOrder);
            ScheduleRepeatedly(ResendTimer, _pipeline.Chunks.ResendAfter);
            ScheduleRepeatedly(ProbeTimer, _pipeline.Chunks.ProbeEvery);
            ScheduleRepeatedly(BarrierTimer, TickOf(_pipeline.Barriers.Every));
            if (_isStored)
            {
                Commit(_covered);
            }

            Probe();
        }

        public override void PostStop()
        {
            _progress.Pause.Remove(_onOrder);
            _requests.End();
            foreach (var request in _asked.Concat(_made.Select(made => made.Request)))
            {
                request.TrySetException(new OwnershipLostException("the partition is given back before it was made"));
            }
        }

        protected override void OnTimer(object timerKey)
        {
            switch (timerKey)
            {
                case ProbeTimer:
                    Probe();
                    break;
                case BarrierTimer:
                    GoOn();
                    break;
                default:
                    SendAgain();
                    break;
            }
        }

        private void OnPush()
        {
            _held = Grab(_in);
            GoOn();
        }

        private void Take(DecodedBatch records)
        {
            if (records.Records.Epoch != _protocol.Epoch)
            {
                return;
            }

            var batch = new PendingBatch(records);
            _outputs.Add(batch);
            _chunker.Split(records, (bucket, examples, rows) =>
            {
                batch.Expect();
                _waiting.Enqueue(new WaitingChunk(batch, bucket, examples, rows));
            });
            _protocol.Read(records.Records.Offsets[^1] + 1);
            _barriers.Read(records.Records.Count);
        }

        private void OnAnswer(IActorRef sender, object answer)
        {
            switch (answer)
            {
                case Ack ack when _protocol.Acknowledge(ack.Bucket.Bucket, ack.Epoch, ack.ChunkLast):
                    _pending.Remove((ack.Bucket.Bucket, ack.ChunkLast), out var chunk);
                    _furthest[ack.Bucket.Bucket] = Math.Max(ack.ChunkLast, _furthest.GetValueOrDefault(ack.Bucket.Bucket, IngestProtocol.Nothing));
                    chunk!.Batch.Answer(new AnsweredChunk(chunk.Rows, ack.FirstRow, ack.Predictions));
                    OnAnswered(chunk);
                    break;
                case Rewind rewind when _protocol.IsUnderWay(rewind.Bucket.Bucket, rewind.Epoch, rewind.LastApplied) && IsOvertaken(rewind):
                    break;
                case Rewind rewind:
                    Rewind(rewind.Bucket, rewind.Epoch, rewind.LastApplied);
                    break;
                case Persisted persisted
                    when _protocol.Persisted(persisted.Bucket.Bucket, persisted.Epoch, persisted.UpTo, persisted.LastApplied, out var lacks):
                    _persisting.Remove(persisted.Bucket.Bucket);
                    _moving.Remove(persisted.Bucket.Bucket);
                    if (lacks)
                    {
                        Rewind(persisted.Bucket, persisted.Epoch, persisted.LastApplied);
                    }

                    break;
                case PersistFailed failed when IsAsked(failed):
                    GiveUpBarrier($"bucket {failed.Bucket.EntityId} could not store its state: {failed.Reason}");
                    break;
                case HandingOver moving when moving.Owner == _owner:
                    OnHandingOver(moving.Bucket.Bucket, sender);
                    break;
                case BarrierWanted wanted when wanted.Owner == _owner:
                    _barriers.Want();
                    break;
                case OwnerRefused refused when refused.Owner == _owner:
                    FailStage(new OwnershipLostException($"bucket {refused.Bucket.EntityId} has a newer owner"));
                    return;
                case BucketFailed failed when failed.Owner == _owner:
                    FailStage(new LearnersFailedException(
                        $"The stored state of pipeline {_pipeline.Name}, bucket {failed.Bucket.EntityId}, cannot be taken over: {failed.Reason}"));
                    return;
            }

            GoOn();
        }

        private void OnAnswered(PendingChunk chunk)
        {
            var took = _time.GetElapsedTime(chunk.SentAt);
            var examples = chunk.Message.Examples;
            _progress.Flow.AddAnswer(took);
            _tracer.Add("chunk", _partition, _tracer.FirstTraced(examples.Offsets), took, examples.Count);
        }

        /// <summary>What a bucket that moves has not answered was sent by way of its region, which keeps it for the bucket's next home: there it comes
        /// late, and is answered without predictions.</summary>
        private void OnHandingOver(int bucket, IActorRef home)
        {
            _moving[bucket] = home;
            SendPending(bucket, home);

            if (_persisting.TryGetValue(bucket, out var persist))
            {
                home.Tell(persist.Message, StageActor.Ref);
            }
        }

        /// <summary>A region that looks for a bucket's next home drops what it holds for it, or sends it late: the chunks after it come first, and each of them is
        /// answered with a rewind. The first answer has all sent again, the others, one for each chunk behind the lost one, are passed over; more of them mean that this
        /// did not help.</summary>
        private bool IsOvertaken(Rewind rewind)
        {
            var bucket = rewind.Bucket.Bucket;
            if (!_overtaken.TryGetValue(bucket, out var overtaken) || overtaken.LastApplied != rewind.LastApplied)
            {
                var sent = SendPending(bucket, HomeOf(bucket));
                _overtaken[bucket] = (rewind.LastApplied, sent - 2);
                return true;
            }

            _overtaken[bucket] = overtaken with { Answers = overtaken.Answers - 1 };
            return overtaken.Answers > 0;
        }

        private int SendPending(int bucket, IActorRef home)
        {
            var sent = 0;
            foreach (var chunk in _pending.Values.Where(chunk => chunk.Message.Bucket.Bucket == bucket).OrderBy(chunk => chunk.Message.Last))
            {
                home.Tell(chunk.Message, StageActor.Ref);
                chunk.Clock.Restart();
                sent++;
            }

            return sent;
        }

        /// <summary>Whoever is to hear what is sent to a bucket.</summary>
        private IActorRef HomeOf(int bucket) => _moving.GetValueOrDefault(bucket, _buckets);

        private void Rewind(BucketId bucket, int epoch, long lastApplied)
        {
            if (!_protocol.Rewind(epoch, lastApplied, out var seekTo, _outputs.UnfinishedFrom))
            {
                return;
            }

            _held = null;
            _outputs.ReadAgain();
            _pending.Clear();
            _waiting.Clear();
            _persisting.Clear();
            _moving.Clear();
            _overtaken.Clear();
            _progress.AddRewind();
            Log.Warning(
                "Pipeline {Pipeline}: bucket {Bucket} has state up to offset {LastApplied} only; partition {Partition} is read again from offset {Offset}",
                _pipeline.Name, bucket.EntityId, lastApplied, _partition, seekTo);
            var furthest = _furthest.GetValueOrDefault(bucket.Bucket, IngestProtocol.Nothing);
            var before = _rewinds.GetValueOrDefault(bucket.Bucket);
            var times = before.Furthest == furthest ? before.Times + 1 : 1;
            _rewinds[bucket.Bucket] = (furthest, times);
            if (times >= MostRewindsInPlace)
            {
                FailStage(new LearnersFailedException(
                    $"Pipeline {_pipeline.Name}: bucket {bucket.EntityId} does not get past offset {furthest} of partition {_partition}: "
                    + $"its learners have failed {times} times there. The log says how."));
                return;
            }

            if (!IsClosed(_in))
            {
                _control.Seek(seekTo, _protocol.Epoch);
            }
        }

        /// <summary>Sends, passes on, stores, reads on, or completes, as far as that is possible now.</summary>
        private void GoOn()
        {
            if (_requests.IsGivenUp && !MayRead && !IsClosed(_in))
            {
                // Whoever has it next reads what waits.
                _held = null;
                Cancel(_in);
            }

            if (_held is { } held && _protocol.Phase == BarrierPhase.None && MayRead)
            {
                _held = null;
                Take(held);
            }

            while (_waiting.Count > 0 && _protocol.Window < _pipeline.Chunks.InFlight)
            {
                Send(_waiting.Dequeue());
            }

            if (IsAvailable(_out) && _outputs.TryTake(out var answered))
            {
                _delivered.Expect();
                Push(_out, answered);
            }

            _flow.InFlight = _protocol.InFlight;
            _flow.Undelivered = _outputs.Count + _delivered.Missing;
            AdvanceBarrier();
            AnswerRequests();
            if (_refused is { } refused && !_committing && !IsClosed(_in) && _time.GetElapsedTime(refused.Since) >= CommitAgainAfter)
            {
                Commit(refused.Next);
            }

            if (IsClosed(_in))
            {
                if (_held is null && HasDelivered && (_closed || !HasNews) && !_storing && !_committing)
                {
                    CompleteStage();
                }
            }
            else if (MayRead && _protocol.Phase == BarrierPhase.None && _held is null && _waiting.Count == 0 && _protocol.Window < _pipeline.Chunks.InFlight
                && _outputs.Count <= _pipeline.Chunks.InFlight && !HasBeenPulled(_in))
            {
                Pull(_in);
            }
        }

        private void Send(WaitingChunk waiting)
        {
            var (batch, bucket, examples, rows) = waiting;
            var id = new BucketId(_partition, bucket);
            var last = examples.Offsets[^1];
            if (examples.Count == 1 && BucketChunker.BytesOf(examples, 0) is var bytes && bytes > _pipeline.Chunks.MessageBytes)
            {
                FailStage(new LearnersFailedException(
                    $"Pipeline {_pipeline.Name}: the record at offset {last} of partition {_partition} takes {bytes} bytes in a message between nodes, which "
                    + $"holds {_pipeline.Chunks.MessageBytes}; expected a larger streamlearn.node.frame-size, on all nodes"));
                return;
            }

            var previous = _protocol.Send(bucket, examples.Offsets[0], last);
            var chunk = new Chunk(id, _protocol.Epoch, previous, last, examples, _owner);
            _pending.Add((bucket, last), new PendingChunk(chunk, batch, rows, _time.GetTimestamp()));
            _progress.Flow.AddChunk(examples.Count);
            _progress.Touch(id);
            HomeOf(bucket).Tell(chunk, StageActor.Ref);
        }

        /// <summary>By way of the region again: a bucket that was about to move may be gone.</summary>
        private void SendAgain()
        {
            foreach (var chunk in _pending.Values.Where(chunk => chunk.Clock.IsDueAtTick()).OrderBy(chunk => chunk.Message.Last))
            {
                _moving.Remove(chunk.Message.Bucket.Bucket);
                _buckets.Tell(chunk.Message, StageActor.Ref);
            }

            foreach (var persist in _persisting.Values.Where(persist => persist.Clock.IsDueAtTick()))
            {
                _moving.Remove(persist.Message.Bucket.Bucket);
                _buckets.Tell(persist.Message, StageActor.Ref);
            }
        }

        /// <summary>Asks the buckets that wait for nothing whether they have what they were sent.</summary>
        private void Probe()
        {
            foreach (var (bucket, sentUpTo) in _protocol.Quiet())
            {
                var id = new BucketId(_partition, bucket);
                _progress.Touch(id);
                _buckets.Tell(new Chunk(id, _protocol.Epoch, sentUpTo, sentUpTo, ExampleBatch.Empty, _owner), StageActor.Ref);
            }
        }

        /// <summary>Whether everything sent is answered, and its outputs are delivered.</summary>
        private bool HasDelivered => _waiting.Count == 0 && _protocol.InFlight == 0 && _outputs.Count == 0 && _delivered.Missing == 0;

        private bool HasNews => _protocol.Touched > 0 || _protocol.Next != _covered;

        /// <summary>What was read before it was sent back is read again also where it is paused: no barrier may begin before that.</summary>
        private bool MayRead => !_progress.Pause.IsPaused || _protocol.IsReadingAgain;

        /// <summary>Whether a barrier is to begin because of an operator.</summary>
        private bool IsOrdered => (_asked.Count > 0 || _progress.Pause.IsPaused) && _barriers.MayBegin;

        /// <summary>Answers who waits for a checkpoint: at once where there is nothing to store, else with the barrier that was under way or begins for it.</summary>
        private void AnswerRequests()
        {
            _asked.AddRange(_requests.Take());
            if (_asked.Count > 0 && _protocol.Phase == BarrierPhase.None && !HasNews && !_storing)
            {
                Cover(_covered);
            }

            if (_made.Count > 0 && !_committing && _refused is null)
            {
                _made.ForEach(made => made.Request.TrySetResult(made.Next));
                _made.Clear();
            }
        }

        /// <summary>A barrier is made. Who asked while it was, asked for it: nothing was learned meanwhile, unless a rewind has ended it.</summary>
        private void OnCovered(long next)
        {
            _asked.AddRange(_requests.Take());
            if (_protocol.Next == next)
            {
                Cover(next);
            }
        }

        /// <summary>Everything that was learned when they asked is stored.</summary>
        private void Cover(long next)
        {
            _made.AddRange(_asked.Select(request => (request, next)));
            _asked.Clear();
        }

        private void AdvanceBarrier()
        {
            // Where a rewind is still being read again at the log's end, there is none any more: it is read again by whoever has the
            // partition next.
            _closed |= IsClosed(_in) && _held is null && _protocol.IsReadingAgain;
            if (_protocol.Phase == BarrierPhase.None && HasNews && !_storing && !_protocol.IsReadingAgain
                && (IsClosed(_in) ? !_closed : _moving.Count > 0 || IsOrdered || _barriers.IsDue()))
            {
                _barriers.Start();
                _protocol.BeginBarrier();
            }

            if (_protocol.Phase == BarrierPhase.Draining && HasDelivered)
            {
                foreach (var request in _protocol.Drained())
                {
                    var id = new BucketId(_partition, request.Bucket);
                    var persist = new Persist(id, _owner, _protocol.Epoch, request.UpTo, request.CoveredBefore);
                    _persisting[request.Bucket] = new PendingPersist(persist);
                    HomeOf(request.Bucket).Tell(persist, StageActor.Ref);
                }
            }

            if (_protocol.Phase == BarrierPhase.Storing && !_storing)
            {
                StoreCursor(_protocol.Cursor(_time.GetUtcNow()));
            }
        }

        private static TimeSpan TickOf(TimeSpan every)
        {
            var tick = every / TicksOfBarrier;
            return tick < ShortestTick ? ShortestTick : tick > LongestTick ? LongestTick : tick;
        }

        private bool IsAsked(PersistFailed failed) =>
            failed.Epoch == _protocol.Epoch && _persisting.TryGetValue(failed.Bucket.Bucket, out var asked) && asked.Message.UpTo == failed.UpTo;

        private void StoreCursor(PartitionCursor cursor)
        {
            _storing = true;
            _store.SaveCursorAsync(_pipeline.Name, _partition, _owner, cursor).AsTask().ContinueWith(
                stored => _onStored((cursor, stored.Exception?.GetBaseException())), TaskScheduler.Default);
        }

        private void OnCursorStored(PartitionCursor cursor, Exception? failure)
        {
            _storing = false;
            if (failure is StaleWriterException)
            {
                FailStage(new OwnershipLostException(failure.Message));
                return;
            }

            if (failure is not null)
            {
                GiveUpBarrier($"the cursor could not be stored: {failure.Message}");
            }
            else
            {
                _protocol.CursorStored(cursor);
                _persisting.Clear();
                _covered = cursor.Next;
                _rewinds.Clear();
                _moving.Clear();
                _progress.AddBarrier(_barriers.End());
                OnCovered(cursor.Next);
                _progress.ForgetCheckpointProblem(_partition);
                Commit(cursor.Next);
            }

            _closed |= IsClosed(_in) && _held is null;
            GoOn();
        }

        /// <summary>With transactions the outputs commit the offset.</summary>
        private void Commit(long next)
        {
            if (_pipeline.Delivery != Delivery.AtLeastOnce)
            {
                return;
            }

            if (_committing)
            {
                _nextCommit = next;
            }
            else
            {
                _committing = true;
                _refused = null;
                _control.CommitAsync(next).ContinueWith(
                    committed => _onCommitted((next, committed.Exception?.GetBaseException())), TaskScheduler.Default);
            }
        }

        private void OnCommitted(long offset, Exception? failure)
        {
            _committing = false;
            if (_nextCommit is { } next)
            {
                _nextCommit = null;
                Commit(next);
            }
            else if (failure is not null)
            {
                _refused = (offset, _time.GetTimestamp());
            }

            if (failure is not null && offset != _warnedOf)
            {
                _warnedOf = offset;
                Log.Warning(
                    "Pipeline {Pipeline}: the offset of partition {Partition} could not be committed: {Problem}. Nothing is lost: the stored cursor counts",
                    _pipeline.Name, _partition, failure.Message);
            }

            GoOn();
        }

        private void GiveUpBarrier(string reason)
        {
            Log.Warning(
                "Pipeline {Pipeline}: partition {Partition} has no new checkpoint, for {Problem}. {Consequence}", _pipeline.Name, _partition, reason,
                IsClosed(_in) ? "What it would have covered is read again" : "It is tried again");
            _progress.NoteCheckpointProblem(_partition, reason);
            _protocol.AbandonBarrier();
            _persisting.Clear();
            _moving.Clear();
            _barriers.End();
            _closed |= IsClosed(_in) && _held is null;
        }

        private readonly record struct WaitingChunk(PendingBatch Batch, int Bucket, ExampleBatch Examples, int[] Rows);

        private sealed record PendingPersist(Persist Message)
        {
            internal ResendClock Clock { get; } = new();
        }
    }
}

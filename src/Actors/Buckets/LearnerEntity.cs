using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Actors.Watching;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.State;

namespace StreamLearn.Actors.Buckets;

/// <summary>
/// One bucket of a pipeline as a sharded actor: it takes the bucket's stored state, steps the fleet of its keys, answers with the
/// predictions, and stores the state when it is asked to. One that crashes starts again from what is stored, and says what it lacks at the next chunk.
/// </summary>
/// <remarks>The state is taken for the owner of the partition who speaks first, and taken anew for a later one. Who only has a
/// question takes nothing.</remarks>
public sealed class LearnerEntity : ReceiveActor, IWithUnboundedStash, IWithTimers
{
    /// <summary>The dispatcher that all entities of a node share: bounded, apart from the streams.</summary>
    public const string Dispatcher = "streamlearn.learner-dispatcher";

    private const long Nobody = -1;

    // Whoever wants all keys of a bucket asks page by page.
    private static readonly TimeSpan BetweenPages = TimeSpan.FromSeconds(5);

    private const int MostWaiting = 64;

    private readonly PipelineDefinition _pipeline;
    private readonly ICheckpointStore _store;
    private readonly TimeSpan _handOverTimeout;
    private readonly BucketPlace _place;
    private readonly RecordTracer _tracer;
    private readonly BucketWatch _watch;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private BucketState? _state;
    private long _owner = Nobody;
    private long _writer;

    // Owners that the store says are none any more.
    private long _staleOwner = Nobody;
    private BucketFailed? _failure;
    private readonly BackOff _backOff = new();

    // An answer of the store to an actor that has crashed since is for nobody.
    private readonly object _life = new();

    // Who has sent the last chunk.
    private (IActorRef Ingest, BucketId Bucket)? _asker;
    private bool _isMoving;

    // What is in the stash: while the store is away the same things are asked for again and again.
    private readonly HashSet<Stashed> _stashed = [];

    // Questions among it. Who asks over HTTP gives up soon, and asks again.
    private int _waiting;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="store">Where the state is stored.</param>
    /// <param name="handOverTimeout">How long to wait for a barrier before it moves without one.</param>
    /// <param name="place">Where it runs.</param>
    public LearnerEntity(PipelineDefinition pipeline, ICheckpointStore store, TimeSpan handOverTimeout, BucketPlace place)
    {
        _pipeline = pipeline;
        _store = store;
        _handOverTimeout = handOverTimeout;
        _place = place;
        _tracer = new RecordTracer(pipeline);
        _watch = new BucketWatch(pipeline.Plan, place.Time);
        Waiting();
    }

    /// <summary>The messages in it wait for the store. What is sent again goes in once: of an ingest they are no more than it may have in flight, a probe and a
    /// checkpoint that is asked for.</summary>
    public IStash Stash { get; set; } = null!;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(PipelineDefinition pipeline, ICheckpointStore store, TimeSpan handOverTimeout, BucketPlace place) =>
        Akka.Actor.Props.Create(() => new LearnerEntity(pipeline, store, handOverTimeout, place)).WithDispatcher(place.Dispatcher);

    /// <inheritdoc/>
    protected override void PreStart() => _place.Enter(Self);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _state?.Leave();
        _place.Leave(Self);
    }

    /// <summary>With a state or without, ready for whoever speaks.</summary>
    private void Waiting()
    {
        Receive<IOwnerMessage>(OnOwnerMessage);
        Receive<IBucketQuestion>(OnQuestion);
        Receive<ReportEnded>(_ =>
        {
            if (_owner == Nobody)
            {
                Passivate();
            }
        });
        Receive<GetMeasures>(OnGetMeasures);
        Receive<FindKeys>(request =>
        {
            OnFindKeys(request);
            GoWhereNobodyNeedsIt();
        });
        Receive<WatchKey>(request =>
        {
            OnWatchKey(request);
            GoWhereNobodyNeedsIt();
        });
        Receive<HandOver>(_ => OnHandOver());
        Receive<HandOverTimedOut>(_ => Context.Stop(Self));
        Receive<StoreAnswer>(_ => { });
    }

    /// <summary>Learners that cannot be measured learn all the same.</summary>
    private void OnGetMeasures(GetMeasures question)
    {
        _watch.Forget();
        Sender.Tell(new BucketMeasures(Look(() => _state?.Fleet.Measure(question.Keys))));
    }

    private void OnFindKeys(FindKeys request) => Sender.Tell(Look(() => _state?.Find(request)) ?? new FoundKeys(request.Bucket, -1, 0, [], []));

    private void OnWatchKey(WatchKey request) => Sender.Tell(
        Look(() => _state is { } state ? _watch.PointsOf(request, state.Fleet, state.LastApplied) : null) ?? WatchedPoints.Unknown(request.Bucket));

    /// <summary>Looks at the learners; null where they cannot be looked at.</summary>
    private T? Look<T>(Func<T?> look)
        where T : class
    {
        try
        {
            return look();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _log.Error(exception, "Pipeline {Pipeline}: the learners of a bucket cannot be measured. They go on", _pipeline.Name);
            return null;
        }
    }

    /// <summary>One that was made by a question alone goes again: it has nothing, and reads nothing for that.</summary>
    private void GoWhereNobodyNeedsIt()
    {
        if (_state is null && _owner == Nobody)
        {
            Passivate();
        }
    }

    private void OnQuestion(IBucketQuestion question)
    {
        if (question is not GetBucketReport && _failure is not null)
        {
            Sender.Tell(new PredictionRefused(question.Bucket, _failure.Reason));
        }
        else if (_state is not { } state)
        {
            StashOnce(question);
            Look(question.Bucket);
        }
        else if (state.Lacking(question) is { Count: > 0 } keys)
        {
            Read(question, keys, Sender);
        }
        else
        {
            Answer(Sender, question, [], []);
        }
    }

    /// <summary>While the store works the learners stand still, and whoever asks about those that are in memory need not wait.</summary>
    private void OnQuestionMeanwhile(IBucketQuestion question)
    {
        if (question is GetBucketReport)
        {
            StashOnce(question);
        }
        else if (_failure is null && _state is { } state && state.Lacking(question).Count == 0)
        {
            Answer(Sender, question, [], []);
        }
        else if (_waiting < MostWaiting)
        {
            _waiting++;
            StashOnce(question);
        }
        else
        {
            Sender.Tell(new PredictionRefused(question.Bucket, "its learners are being read from the checkpoint store, and many questions wait for that already"));
        }
    }

    /// <summary>Answers a question. Where nobody owns the bucket here it was read for that only, and without a limit to what it takes: it goes again.</summary>
    private void Answer(IActorRef asker, IBucketQuestion question, IReadOnlyList<byte[]> keys, IReadOnlyList<byte[]> states)
    {
        var began = _place.Begin();
        IBucketMessage answer;
        try
        {
            answer = _state!.Answer(question, keys, states);
        }
        catch (Exception exception) when (question is not GetBucketReport && exception is not OutOfMemoryException)
        {
            // Whoever asks must not be able to end an entity, which would have to learn again.
            if (exception is not ArgumentException)
            {
                _log.Error(exception, "Pipeline {Pipeline}: bucket {Bucket} cannot answer a question. It goes on", _pipeline.Name, question.Bucket.EntityId);
            }

            answer = new PredictionRefused(question.Bucket, exception.Message);
        }

        _place.End(began);
        asker.Tell(answer);
        if (_owner != Nobody)
        {
            return;
        }

        if (question is GetBucketReport request && answer is BucketReport report)
        {
            if (request.Skip + report.Keys.Count >= report.TotalKeys)
            {
                Passivate();
            }
            else
            {
                Timers.StartSingleTimer(nameof(ReportEnded), ReportEnded.Instance, BetweenPages);
            }
        }
        else if (!Timers.IsTimerActive(nameof(ReportEnded)))
        {
            // However often it is asked: what is stored may be newer by then.
            Timers.StartSingleTimer(nameof(ReportEnded), ReportEnded.Instance, BetweenPages);
        }
    }

    private static void Passivate() => Context.Parent.Tell(new Akka.Cluster.Sharding.Passivate(PoisonPill.Instance));

    /// <summary>What is stored can go at once. Else the ingest makes a barrier first: then nothing has to be learned again.</summary>
    private void OnHandOver()
    {
        if (_state is not { } state || state.LastApplied == state.Persisted || _asker is not { } asker)
        {
            Context.Stop(Self);
            return;
        }

        _isMoving = true;
        asker.Ingest.Tell(new HandingOver(asker.Bucket, _owner));
        Timers.StartSingleTimer(nameof(HandOverTimedOut), HandOverTimedOut.Instance, _handOverTimeout);
    }

    private void OnOwnerMessage(IOwnerMessage message)
    {
        var hears = message.Owner <= _staleOwner ? OwnerVerdict.Stale : BucketProtocol.Hear(_owner, message.Owner);
        switch (hears, message)
        {
            case (OwnerVerdict.Stale, Release):
                break;
            case (OwnerVerdict.Stale, _):
                Sender.Tell(new OwnerRefused(message.Bucket, message.Owner));
                break;
            case (_, Release):
                Passivate();
                break;
            case (OwnerVerdict.New, _):
                StashOnce(message);
                Take(message.Bucket, message.Owner);
                break;
            case (_, _) when _failure is not null:
                Sender.Tell(_failure);
                break;
            case (_, Chunk chunk) when _state!.Lacking(chunk) is { Count: > 0 } keys:
                StashOnce(chunk);
                Fetch(chunk.Bucket, keys);
                break;
            case (_, Chunk chunk):
                _asker = (Sender, chunk.Bucket);
                var began = _place.Begin();
                Receive(chunk);
                _place.End(began);
                if (_state.WantsBarrier())
                {
                    Sender.Tell(new BarrierWanted(chunk.Bucket, _owner));
                }

                break;
            case (_, Persist persist):
                OnPersist(persist);
                break;
        }
    }

    private void Receive(Chunk chunk)
    {
        var traced = _tracer.FirstTraced(chunk.Examples.Offsets);
        var began = traced < 0 ? 0 : Stopwatch.GetTimestamp();
        Sender.Tell(_state!.Receive(chunk));
        _state.MakeRoom();
        if (traced >= 0)
        {
            _tracer.Add("learn", chunk.Bucket.Partition, traced, Stopwatch.GetElapsedTime(began), chunk.Examples.Count);
        }
    }

    private void OnPersist(Persist persist)
    {
        var state = _state!;
        switch (BucketProtocol.Persist(state.LastApplied, state.Persisted, persist.UpTo))
        {
            case PersistVerdict.Store:
                Save(persist, state);
                break;
            case PersistVerdict.Ahead:
                Sender.Tell(new PersistFailed(
                    persist.Bucket, persist.Epoch, persist.UpTo, $"its learners are ahead, at {state.LastApplied}: the log is being read again"));
                break;
            case PersistVerdict.Stored:
                Sender.Tell(new Persisted(persist.Bucket, persist.Epoch, persist.UpTo, state.Persisted));
                break;
            default:
                Sender.Tell(new Persisted(persist.Bucket, persist.Epoch, persist.UpTo, state.LastApplied));
                break;
        }
    }

    private void Save(Persist persist, BucketState state)
    {
        var began = _place.Begin();
        var checkpoint = state.TakeCheckpoint(persist.CoveredBefore);
        _place.End(began);
        var sender = Sender;
        var writer = _writer;
        Ask(async () =>
        {
            await _store.SaveBucketAsync(_pipeline.Name, persist.Bucket, writer, checkpoint).ConfigureAwait(false);
            return new Saved(_life, persist, sender, checkpoint);
        });
        BecomeStacked(() => AwaitStore(persist.Bucket, Nobody, failure =>
        {
            state.OnNotSaved(checkpoint);
            sender.Tell(new PersistFailed(persist.Bucket, persist.Epoch, persist.UpTo, failure.Message));
            Go();
        }));
    }

    /// <summary>Brings learners back that a chunk needs, which waits.</summary>
    private void Fetch(BucketId bucket, IReadOnlyList<byte[]> keys)
    {
        var writer = _writer;
        Ask(async () => new Fetched(_life, keys, await _store.ReadKeysAsync(_pipeline.Name, bucket, writer, keys).ConfigureAwait(false)));
        BecomeStacked(() => AwaitStore(bucket, Nobody, failure => RetryLater(failure, () => Fetch(bucket, keys))));
    }

    /// <summary>Reads what an answer needs and learners that are in memory do not know.</summary>
    private void Read(IBucketQuestion question, IReadOnlyList<byte[]> keys, IActorRef asker)
    {
        var writer = _writer;
        Ask(async () => new ReadForAnswer(
            _life, question, asker, keys, await _store.ReadKeysAsync(_pipeline.Name, question.Bucket, writer, keys).ConfigureAwait(false)));
        BecomeStacked(() => AwaitStore(
            question.Bucket, Nobody, failure => RetryLater(failure, () => Read(question, keys, asker)), () => Self.Tell(question, asker),
            question is GetBucketReport ? null : damage =>
            {
                // What learners need is taken again from what is not damaged; a question is no reason to.
                asker.Tell(new PredictionRefused(question.Bucket, damage.Message));
                Go();
            }));
    }

    /// <summary>Whoever speaks next has the state taken again.</summary>
    private void Drop()
    {
        _state?.Leave();
        _place.Disown();
        _watch.Restart();
        (_state, _owner) = (null, Nobody);
    }

    private void Take(BucketId bucket, long owner)
    {
        Drop();
        _failure = null;
        Ask(async () => new Taken(_life, await _store.TakeBucketAsync(_pipeline.Name, bucket, owner).ConfigureAwait(false)));
        BecomeStacked(() => AwaitStore(bucket, owner, failure => RetryLater(failure, () => Take(bucket, owner))));
    }

    /// <summary>Reads the state without taking it.</summary>
    private void Look(BucketId bucket)
    {
        Ask(async () => new Looked(_life, await _store.ReadBucketAsync(_pipeline.Name, bucket).ConfigureAwait(false)));
        BecomeStacked(() => AwaitStore(bucket, Nobody, failure => RetryLater(failure, () => Look(bucket))));
    }

    /// <summary>While the store works, messages wait.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="owner">Whom it is taken for.</param>
    /// <param name="onFailure">Where the store could not be asked.</param>
    /// <param name="onNoState">Where there is no state any more that it was asked for.</param>
    /// <param name="onDamage">Where what was asked for is damaged; null: the state is taken again.</param>
    private void AwaitStore(
        BucketId bucket, long owner, Action<CheckpointStoreException> onFailure, Action? onNoState = null, Action<CheckpointStoreException>? onDamage = null)
    {
        Receive<Taken>(Own, taken =>
        {
            _writer = taken.Bucket.Writer;
            _owner = owner;
            foreach (var damage in taken.Bucket.Damage)
            {
                _log.Error("Pipeline {Pipeline}: {Problem}. The generation before it is used, and what it lacks is read again", _pipeline.Name, damage);
            }

            if (_isMoving)
            {
                // A later owner takes it in the middle of its move: all that there was is stored, or void.
                Context.Stop(Self);
            }
            else
            {
                _place.Own();
                Begin(bucket, taken.Bucket.Stored);
            }
        });
        Receive<Looked>(Own, looked => Begin(bucket, looked.Bucket));
        Receive<Saved>(Own, saved =>
        {
            _state!.OnSaved(saved.Checkpoint);
            _state.MakeRoom();
            saved.Asker.Tell(new Persisted(saved.Request.Bucket, saved.Request.Epoch, saved.Request.UpTo, saved.Checkpoint.LastApplied));
            GoOrMove();
        });
        Receive<Fetched>(Own, fetched =>
        {
            try
            {
                _state!.Wake(fetched.Keys, fetched.States);
            }
            catch (StateFormatException unfit)
            {
                Refuse(bucket, unfit.Message);
            }

            Go();
        });
        Receive<ReadForAnswer>(Own, read =>
        {
            try
            {
                Answer(read.Asker, read.Question, read.Keys, read.States);
            }
            catch (StateFormatException unfit)
            {
                Refuse(bucket, unfit.Message);
                onNoState!();
            }

            Go();
        });
        Receive<StoreFailed>(Own, failed =>
        {
            if (failed.Cause is DamagedStateException && onDamage is not null)
            {
                onDamage(failed.Cause);
            }
            else if (failed.Cause is DamagedStateException)
            {
                _log.Error(
                    "Pipeline {Pipeline}: bucket {Bucket} cannot read its learners back: {Problem}. It is taken again, from what is not damaged",
                    _pipeline.Name, bucket.EntityId, failed.Cause.Message);
                Drop();
                onNoState?.Invoke();
                GoOrMove();
            }
            else if (failed.Cause is StaleWriterException)
            {
                // Somebody else has the bucket. Whoever still asks is the owner, and it is taken again, or is not, and is refused.
                _log.Info("Pipeline {Pipeline}: bucket {Bucket}: {Problem}", _pipeline.Name, bucket.EntityId, failed.Cause.Message);
                _staleOwner = Math.Max(_staleOwner, owner);
                Drop();
                onNoState?.Invoke();
                GoOrMove();
            }
            else
            {
                onFailure(failed.Cause);
            }
        });
        Receive<Retry>(retry => retry.Again());
        Receive<StoreAnswer>(_ => { });

        // The learners stand still meanwhile, and questions would pile up.
        Receive<GetMeasures>(OnGetMeasures);
        Receive<IBucketQuestion>(OnQuestionMeanwhile);
        Receive<FindKeys>(OnFindKeys);
        Receive<WatchKey>(OnWatchKey);
        ReceiveAny(StashOnce);
    }

    private void Begin(BucketId bucket, StoredBucket? stored)
    {
        try
        {
            // Who only looks has no owner, and cannot read keys later.
            _state = new BucketState(_pipeline, stored, _place.Fleet, _owner == Nobody ? null : _place.Memory, bucket.Partition, _watch);
        }
        catch (Exception exception) when (exception is StateFormatException or MessagePack.MessagePackSerializationException)
        {
            Refuse(bucket, exception.Message);
        }

        Go();
    }

    /// <summary>The stored state does not fit the pipeline's settings, all of it or a key that is read later.</summary>
    private void Refuse(BucketId bucket, string reason)
    {
        _log.Error("Pipeline {Pipeline}: the stored state of bucket {Bucket} cannot be taken over: {Problem}", _pipeline.Name, bucket.EntityId, reason);
        _failure = new BucketFailed(bucket, _owner, reason);
        _state?.Leave();
        _state = new BucketState(_pipeline, place: _place.Fleet, partition: bucket.Partition);
    }

    private void Go()
    {
        _backOff.Reset();
        UnbecomeStacked();
        _stashed.Clear();
        _waiting = 0;
        Stash.UnstashAll();
    }

    /// <summary>There is nothing that is not stored: where it is to move, it can.</summary>
    private void GoOrMove()
    {
        if (_isMoving)
        {
            Context.Stop(Self);
        }
        else
        {
            Go();
        }
    }

    private void StashOnce(object message)
    {
        if (_stashed.Add(Stashed.Of(message, Sender)))
        {
            Stash.Stash();
        }
    }

    private void RetryLater(CheckpointStoreException failure, Action again)
    {
        var wait = _backOff.Next();
        _log.Warning("Pipeline {Pipeline}: {Problem}; tried again in {Seconds} s", _pipeline.Name, failure.Message, wait.TotalSeconds);
        Timers.StartSingleTimer(nameof(Retry), new Retry(() =>
        {
            UnbecomeStacked();
            again();
        }), wait);
    }

    private bool Own(StoreAnswer answer) => ReferenceEquals(answer.Life, _life);

    private void Ask(Func<Task<StoreAnswer>> ask) =>
        ask().PipeTo(Self, failure: cause => cause is CheckpointStoreException known
            ? new StoreFailed(_life, known)
            : new StoreFailed(_life, new CheckpointStoreException($"The checkpoint store failed: {cause.Message}", cause)));

    private abstract record StoreAnswer(object Life);

    private sealed record Taken(object Life, TakenBucket Bucket) : StoreAnswer(Life);

    private sealed record Looked(object Life, StoredBucket? Bucket) : StoreAnswer(Life);

    private sealed record Saved(object Life, Persist Request, IActorRef Asker, BucketCheckpoint Checkpoint) : StoreAnswer(Life);

    private sealed record Fetched(object Life, IReadOnlyList<byte[]> Keys, IReadOnlyList<byte[]> States) : StoreAnswer(Life);

    private sealed record ReadForAnswer(
        object Life, IBucketQuestion Question, IActorRef Asker, IReadOnlyList<byte[]> Keys, IReadOnlyList<byte[]> States) : StoreAnswer(Life);

    private sealed record StoreFailed(object Life, CheckpointStoreException Cause) : StoreAnswer(Life);

    private sealed record Retry(Action Again);

    /// <summary>What makes a message the same as another: an owner's chunk or request again; of its probes one is as good as another.</summary>
    private readonly record struct Stashed(object Kind, long Owner, int Epoch, long Last, IActorRef? Asker)
    {
        private const int AnyEpoch = -1;

        internal static Stashed Of(object message, IActorRef sender) => message switch
        {
            Chunk { Examples.Count: 0 } probe => new(typeof(Chunk), probe.Owner, AnyEpoch, 0, null),
            Chunk chunk => new(typeof(Chunk), chunk.Owner, chunk.Epoch, chunk.Last, null),
            Persist persist => new(typeof(Persist), persist.Owner, persist.Epoch, persist.UpTo, null),
            _ => new(message, 0, 0, 0, sender),
        };
    }

    private sealed record ReportEnded
    {
        internal static readonly ReportEnded Instance = new();
    }

    private sealed record HandOverTimedOut
    {
        internal static readonly HandOverTimedOut Instance = new();
    }
}

using Akka.Actor;
using Akka.Event;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Learners.State;

namespace StreamLearn.Actors.Buckets;

/// <summary>
/// One bucket of a pipeline as a sharded actor: it takes the bucket's stored state, steps the fleet of its keys, answers with the
/// predictions, and stores the state when it is asked to. One that crashes starts again from what is stored, and says what it lacks at the next chunk.
/// </summary>
/// <remarks>The state is taken for the owner of the partition who speaks first, and taken anew for a later one. Who only asks for a
/// report takes nothing.</remarks>
public sealed class LearnerEntity : ReceiveActor, IWithUnboundedStash, IWithTimers
{
    /// <summary>The dispatcher that all entities of a node share: bounded, apart from the streams.</summary>
    public const string Dispatcher = "streamlearn.learner-dispatcher";

    private const long Nobody = -1;

    private readonly PipelineDefinition _pipeline;
    private readonly ICheckpointStore _store;
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

    public LearnerEntity(PipelineDefinition pipeline, ICheckpointStore store)
    {
        _pipeline = pipeline;
        _store = store;
        Waiting();
    }

    /// <summary>The messages in it wait for the store; they are no more than an ingest may have in flight.</summary>
    public IStash Stash { get; set; } = null!;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to make one.</summary>
    public static Props Props(PipelineDefinition pipeline, ICheckpointStore store) =>
        Akka.Actor.Props.Create(() => new LearnerEntity(pipeline, store)).WithDispatcher(Dispatcher);

    /// <summary>With a state or without, ready for whoever speaks.</summary>
    private void Waiting()
    {
        Receive<IOwnerMessage>(OnOwnerMessage);
        Receive<GetBucketReport>(request =>
        {
            if (_state is null)
            {
                Stash.Stash();
                Look(request.Bucket);
            }
            else
            {
                Sender.Tell(_state.Report(request));
            }
        });
        Receive<StoreAnswer>(_ => { });
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
                Context.Parent.Tell(new Akka.Cluster.Sharding.Passivate(PoisonPill.Instance));
                break;
            case (OwnerVerdict.New, _):
                Stash.Stash();
                Take(message.Bucket, message.Owner);
                break;
            case (_, _) when _failure is not null:
                Sender.Tell(_failure);
                break;
            case (_, Chunk chunk):
                Sender.Tell(_state!.Receive(chunk));
                break;
            case (_, Persist persist):
                OnPersist(persist);
                break;
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
        var checkpoint = state.TakeCheckpoint(persist.CoveredBefore);
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

    private void Take(BucketId bucket, long owner)
    {
        _state = null;
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
    private void AwaitStore(BucketId bucket, long owner, Action<CheckpointStoreException> onFailure)
    {
        Receive<Taken>(Own, taken =>
        {
            _writer = taken.Bucket.Writer;
            _owner = owner;
            foreach (var damage in taken.Bucket.Damage)
            {
                _log.Error("Pipeline {0}: {1}. The generation before it is used, and what it lacks is read again", _pipeline.Name, damage);
            }

            Begin(bucket, taken.Bucket.Stored);
        });
        Receive<Looked>(Own, looked => Begin(bucket, looked.Bucket));
        Receive<Saved>(Own, saved =>
        {
            _state!.OnSaved(saved.Checkpoint);
            saved.Asker.Tell(new Persisted(saved.Request.Bucket, saved.Request.Epoch, saved.Request.UpTo, saved.Checkpoint.LastApplied));
            Go();
        });
        Receive<StoreFailed>(Own, failed =>
        {
            if (failed.Cause is StaleWriterException)
            {
                // Somebody else has the bucket. Whoever still asks is the owner, and it is taken again, or is not, and is refused.
                _log.Info("Pipeline {0}: bucket {1}: {2}", _pipeline.Name, bucket.EntityId, failed.Cause.Message);
                _staleOwner = Math.Max(_staleOwner, owner);
                (_state, _owner) = (null, Nobody);
                Go();
            }
            else
            {
                onFailure(failed.Cause);
            }
        });
        Receive<Retry>(retry => retry.Again());
        Receive<StoreAnswer>(_ => { });
        ReceiveAny(_ => Stash.Stash());
    }

    private void Begin(BucketId bucket, StoredBucket? stored)
    {
        try
        {
            _state = new BucketState(_pipeline, stored, bucket.Partition);
        }
        catch (Exception exception) when (exception is StateFormatException or MessagePack.MessagePackSerializationException)
        {
            _log.Error("Pipeline {0}: the stored state of bucket {1} cannot be taken over: {2}", _pipeline.Name, bucket.EntityId, exception.Message);
            _failure = new BucketFailed(bucket, _owner, exception.Message);
            _state = new BucketState(_pipeline, partition: bucket.Partition);
        }

        Go();
    }

    private void Go()
    {
        _backOff.Reset();
        UnbecomeStacked();
        Stash.UnstashAll();
    }

    private void RetryLater(CheckpointStoreException failure, Action again)
    {
        var wait = _backOff.Next();
        _log.Warning("Pipeline {0}: {1}; tried again in {2} s", _pipeline.Name, failure.Message, wait.TotalSeconds);
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

    private sealed record StoreFailed(object Life, CheckpointStoreException Cause) : StoreAnswer(Life);

    private sealed record Retry(Action Again);
}

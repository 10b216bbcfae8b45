using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Control;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Ingest;

/// <summary>
/// Has one partition for as long as the consumer group gives it to this node: takes it over from whoever had it, goes on at the stored
/// cursor, and gives it back with everything stored.
/// </summary>
internal sealed class PartitionIngest : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(1);

    private readonly IngestServices _services;
    private readonly PartitionAssigned _assigned;
    private readonly RecordTracer _tracer;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private KafkaTransactionalWriter? _writer;
    private PartitionFlow? _flow;
    private UniqueKillSwitch? _killSwitch;
    private PartitionPosition? _position;
    private readonly CheckpointRequests _requests = new();
    private readonly BackOff _backOff = new();
    private volatile bool _givenUp;

    // What says that somebody else has taken the partition, when the group has not said so.
    private Exception? _taken;
    private bool _released;
    private bool _hasWarned;

    public PartitionIngest(IngestServices services, PartitionAssigned assigned)
    {
        _services = services;
        _assigned = assigned;
        _tracer = new RecordTracer(services.Pipeline);
        Receive<Prepared>(prepared => Run(prepared.Position));
        Receive<PreparationFailed>(failed => OnPreparationFailed(failed.Cause));
        Receive<Retry>(_ => Prepare());
        Receive<GiveUp>(OnGiveUp);
        Receive<StreamEnded>(ended => OnStreamEnded(ended.Cause));
        Receive<AskGroup>(_ => Ask());
        Receive<NotOurs>(_ => Timers.StartSingleTimer(nameof(AskGroup), AskGroup.Instance, BetweenQuestions));
        Receive<StillOurs>(_ => OnStillOurs());
        Receive<MakeCheckpoint>(OnMakeCheckpoint);
        Receive<OutOfTime>(_ => Abort("The partition could not be given back in time."));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private PipelineDefinition Pipeline => _services.Pipeline;

    /// <summary>Tells that the partition is this node's no more.</summary>
    /// <param name="Lost">Whether another may have it already: what is under way is dropped.</param>
    /// <param name="Release">Whether its buckets are to leave the memory of this node.</param>
    internal sealed record GiveUp(bool Lost, bool Release);

    /// <summary>Tells the parent that all is done.</summary>
    internal sealed record Ended(Exception? Cause);

    protected override void PreStart() => Prepare();

    protected override void PostStop()
    {
        _requests.End();
        _assigned.Control.Release();
        _services.Progress.ForgetCheckpointProblem(_assigned.Partition);
        if (_flow is not null)
        {
            _services.Progress.Flow.Leave(_flow);
        }

        if (_writer is { } writer)
        {
            // It may wait for brokers that are away.
            Task.Run(writer.Dispose);
        }
    }

    private void Prepare() => PrepareAsync().PipeTo(Self, failure: cause => new PreparationFailed(cause));

    private async Task<Prepared> PrepareAsync()
    {
        var (topic, partition) = (_assigned.Topic, _assigned.Partition);
        if (partition >= Pipeline.Partitions)
        {
            throw new LearnersFailedException(
                $"Topic {topic} of pipeline {Pipeline.Name} has a partition {partition}; expected {Pipeline.Partitions} partitions, as when the "
                + "pipeline started. The keys of a topic that has grown lie in other partitions than their learners: use a new pipeline name, or replay");
        }

        RequireNotGivenUp();
        var taken = await _services.Store.TakePartitionAsync(Pipeline.Name, partition).ConfigureAwait(false);
        foreach (var damage in taken.Damage)
        {
            _log.Error("Pipeline {Pipeline}: {Problem}. The cursor before it is used", Pipeline.Name, damage);
        }

        var cursor = taken.Cursor;
        if (cursor is null)
        {
            // Stored before anything is read: a start at the end of the log must not move when the node does.
            var first = await _assigned.Control.StartOffsetAsync().ConfigureAwait(false);
            var nothing = Enumerable.Repeat(IngestProtocol.Nothing, Pipeline.Buckets).ToArray();
            cursor = new PartitionCursor(partition, first, first, nothing, _services.Time.GetUtcNow());
            await _services.Store.SaveCursorAsync(Pipeline.Name, partition, taken.Owner, cursor).ConfigureAwait(false);
        }

        if (cursor.SentUpTo.Count != Pipeline.Buckets)
        {
            throw new LearnersFailedException(
                $"The stored state of pipeline {Pipeline.Name} has {cursor.SentUpTo.Count} buckets in a partition; expected {Pipeline.Buckets}");
        }

        return new Prepared(new PartitionPosition(taken.Owner, cursor, taken.Before, await OutputsFromAsync(cursor).ConfigureAwait(false), taken.Cursor is not null));
    }

    /// <summary>Outputs of records before the cursor have been delivered; with transactions the group's committed offset says exactly
    /// which have.</summary>
    private async Task<long> OutputsFromAsync(PartitionCursor cursor)
    {
        if (Pipeline.Delivery == Delivery.AtLeastOnce)
        {
            return cursor.Next;
        }

        // First the producer of whoever had the partition is fenced: then what it has committed stands.
        RequireNotGivenUp();
        _writer ??= new KafkaTransactionalWriter(
            _services.Kafka, KafkaTransactionalWriter.TransactionalId(_services.Group, _assigned.Partition), _assigned.Topic,
            _assigned.Partition, warning => _log.Warning("{0}", warning));
        await _writer.StartAsync().ConfigureAwait(false);
        return Math.Max(cursor.Next, await _assigned.Control.CommittedAsync().ConfigureAwait(false) ?? 0);
    }

    /// <summary>Who takes what another has by now, takes it from that one.</summary>
    private void RequireNotGivenUp()
    {
        if (_givenUp)
        {
            throw new OwnershipLostException("The partition was given up before it was taken.");
        }
    }

    private void OnPreparationFailed(Exception cause)
    {
        if (_givenUp || cause is not CheckpointStoreException)
        {
            OnStreamEnded(_givenUp ? null : cause);
            return;
        }

        var wait = _backOff.Next();
        _services.Progress.NoteCheckpointProblem(_assigned.Partition, cause.Message);
        _log.Warning(
            "Pipeline {Pipeline}, partition {Partition}: {Problem}; tried again in {Seconds} s", Pipeline.Name, _assigned.Partition, cause.Message, wait.TotalSeconds);
        Timers.StartSingleTimer(nameof(Retry), Retry.Instance, wait);
    }

    private void Run(PartitionPosition position)
    {
        if (_givenUp)
        {
            End(null);
            return;
        }

        _position = position;
        _services.Progress.ForgetCheckpointProblem(_assigned.Partition);
        var decoder = Pipeline.CreateDecoder();
        var encoder = new OutputEncoder(Pipeline);
        var delivered = new DeliveryCount();
        var skipped = 0L;
        var control = _assigned.Control;
        var flow = _flow = _services.Progress.Flow.Enter(_assigned.Partition, position.Cursor.Next, () => control.LogEnd);
        var ingest = new IngestStage(
            Pipeline, position, _services.Buckets, _services.Store, control, delivered, _services.Progress, flow, _requests, _services.Time);
        var (killSwitch, completion) = _assigned.Records
            .ViaMaterialized(KillSwitches.Single<RecordBatch>(), Keep.Right)
            .Select(records => Checked(Decode(decoder, records)))
            .Async()
            .Via(ingest)
            .Async()
            .Select(answered => Encode(encoder, answered))
            .Via(_writer is null ? AtLeastOnce() : ExactlyOnce(_writer))
            .ToMaterialized(
                Sink.ForEach<EncodedOutput>(output =>
                {
                    Warn(output.Recoveries);
                    var all = _assigned.Control.Skipped;
                    _services.Progress.AddSkipped(all - skipped);
                    skipped = all;
                    _services.Progress.AddDelivered(output);
                    flow.Done(output.Next, output.Timestamp);
                    _tracer.Add("deliver", _assigned.Partition, output.Traced, _services.Time.GetElapsedTime(output.EncodedAt), output.Predicted);
                    delivered.Delivered();
                }),
                Keep.Both)
            .Run(Context.Materializer());
        _killSwitch = killSwitch;
        completion.ContinueWith(
            task =>
            {
                encoder.Dispose();
                return new StreamEnded(task.Exception?.GetBaseException());
            },
            TaskScheduler.Default).PipeTo(Self);
        _log.Info(
            "Pipeline {Pipeline}: partition {Partition} of {Topic} is read here from offset {Offset}", Pipeline.Name, _assigned.Partition, _assigned.Topic,
            position.Cursor.Next);
        _assigned.Control.Seek(position.Cursor.Next, 0);
    }

    private DecodedBatch Decode(IRecordDecoder decoder, RecordBatch records)
    {
        var traced = _tracer.FirstTraced(records.Offsets);
        var began = _services.Time.GetTimestamp();
        var batch = decoder.Decode(records);
        _tracer.Add("read", _assigned.Partition, traced, _services.Time.GetElapsedTime(began), records.Count);
        return batch;
    }

    private EncodedOutput Encode(OutputEncoder encoder, AnsweredBatch answered)
    {
        var began = _services.Time.GetTimestamp();
        var output = encoder.Encode(answered);
        return _tracer.FirstTraced(answered.Source.Records.Offsets) is >= 0 and var traced ? output with { Traced = traced, EncodedAt = began } : output;
    }

    /// <summary>Warns, once, of keys that need not lie in one partition although the configuration says that they do.</summary>
    private DecodedBatch Checked(DecodedBatch batch)
    {
        if (batch.KeyMismatches > 0 && !_hasWarned && Pipeline is { CoPartitioned: true, Partitions: > 1, Schema.Key.Length: > 0 })
        {
            _hasWarned = true;
            _log.Warning(
                "Pipeline {Pipeline}, partition {Partition}: the message key of {Mismatches} of {Records} records up to offset {Offset} is not their field {Field}. A key in more than one "
                + "partition has a learner in each; without source.co-partitioned = on the records are brought together first",
                Pipeline.Name, _assigned.Partition, batch.KeyMismatches, batch.Records.Count, batch.Records.Offsets[^1], Pipeline.Schema.Key);
        }

        return batch;
    }

    private void Warn(IReadOnlyList<RecoveredLearner> recoveries)
    {
        foreach (var recovery in recoveries)
        {
            _log.Warning(
                "Pipeline {Pipeline}: the learner {Learner} of key {Key} could not learn from {Records} records in a row, up to offset {Offset} of partition {Partition}, without a number "
                + "that is not finite, and has returned to its last good state",
                Pipeline.Name, recovery.Learner, recovery.Key, Pipeline.Plan.Safety.RefusedInRow, recovery.Offset, _assigned.Partition);
        }
    }

    private Flow<EncodedOutput, EncodedOutput, Akka.NotUsed> AtLeastOnce() =>
        Flow.Create<EncodedOutput>()
            .SelectAsync(1, EnqueueAsync)
            .SelectAsync(Pipeline.Chunks.InFlight, DeliveredAsync);

    /// <summary>One output after the other: what is said of a key has the order of its records on every topic, a cleared alert comes after
    /// the raised one.</summary>
    private async Task<(EncodedOutput Output, Task Delivered)> EnqueueAsync(EncodedOutput output)
    {
        var delivered = new List<Task>();
        foreach (var batch in output.Batches)
        {
            delivered.Add(await _services.Producer.EnqueueAsync(batch).ConfigureAwait(false));
        }

        return (output, Task.WhenAll(delivered));
    }

    private static async Task<EncodedOutput> DeliveredAsync((EncodedOutput Output, Task Delivered) written)
    {
        await written.Delivered.ConfigureAwait(false);
        return written.Output;
    }

    private Flow<EncodedOutput, EncodedOutput, Akka.NotUsed> ExactlyOnce(KafkaTransactionalWriter writer) =>
        Flow.Create<EncodedOutput>()
            .GroupedWithin(Pipeline.Chunks.InFlight, Pipeline.TransactionEvery)
            .SelectAsync(1, async outputs =>
            {
                var group = outputs.ToArray();
                await writer.WriteAsync(
                    [.. group.SelectMany(output => output.Batches)], group[^1].Next, _assigned.Control.GroupMetadata).ConfigureAwait(false);
                return group;
            })
            .SelectMany(group => group);

    private void OnMakeCheckpoint(MakeCheckpoint order)
    {
        var partition = _assigned.Partition;
        _requests.AskAsync().WaitAsync(order.Limit, _services.Time).PipeTo(
            Sender, Self, next => new PartitionCheckpoint(partition, next, null),
            failure => new PartitionCheckpoint(partition, -1, failure is not TimeoutException ? failure.Message
                : _services.Progress.CheckpointProblems.TryGetValue(partition, out var problem) ? problem
                : _position is null ? "the partition is being taken over"
                : $"it was not made within {order.Limit.TotalSeconds:0.#} s"));
    }

    private void OnGiveUp(GiveUp order)
    {
        _givenUp = true;
        _released = order.Release && !order.Lost;
        _requests.GiveUp();
        if (order.Lost)
        {
            // Somebody else may have it already.
            Abort("The partition is lost.");
        }
        else
        {
            // The consumer waits no longer, and lets another have it.
            Timers.StartSingleTimer(nameof(OutOfTime), OutOfTime.Instance, _services.Kafka.RevokeTimeout);
        }

        if (_taken is not null || (_position is null && Timers.IsTimerActive(nameof(Retry))))
        {
            End(null);
        }
    }

    private void Abort(string reason) => _killSwitch?.Abort(new OwnershipLostException(reason));

    private void OnStreamEnded(Exception? cause)
    {
        if (_givenUp || cause is not (OwnershipLostException or KafkaTransactionException { IsFenced: true }))
        {
            End(cause);
            return;
        }

        // Another node, and the group will say so soon; or the command of a person, and the group knows nothing of it.
        _taken = cause;
        _log.Warning("Pipeline {Pipeline}, partition {Partition} is taken over: {Problem}", Pipeline.Name, _assigned.Partition, cause.Message);
        Ask();
    }

    /// <summary>Asks the group whether the partition is still this member's: only then it takes a commit, here of what is committed
    /// already.</summary>
    private void Ask() => AskAsync(_assigned.Control).PipeTo(Self, success: () => StillOurs.Instance, failure: _ => NotOurs.Instance);

    private static async Task AskAsync(PartitionControl control)
    {
        var committed = await control.CommittedAsync().ConfigureAwait(false) ?? await control.StartOffsetAsync().ConfigureAwait(false);
        await control.CommitAsync(committed).ConfigureAwait(false);
    }

    private void OnStillOurs()
    {
        if (_taken is { } cause && !_givenUp)
        {
            End(new LearnersFailedException(
                $"Pipeline {Pipeline.Name}, partition {_assigned.Partition}: {cause.Message}, but the consumer group has given it to this node. "
                + "Somebody has taken it, as rollback and replay do. Started again, the pipeline goes on from what is stored"));
        }
    }

    private void End(Exception? cause)
    {
        if (_released && cause is null && _position is { } position)
        {
            foreach (var bucket in Enumerable.Range(0, Pipeline.Buckets))
            {
                _services.Buckets.Tell(new Release(new BucketId(_assigned.Partition, bucket), position.Owner));
            }
        }

        Context.Parent.Tell(new Ended(cause is OperationCanceledException ? null : cause));
        Context.Stop(Self);
    }

    private sealed record Prepared(PartitionPosition Position);

    private sealed record PreparationFailed(Exception Cause);

    private sealed record StreamEnded(Exception? Cause);

    private sealed record Retry
    {
        internal static readonly Retry Instance = new();
    }

    private sealed record AskGroup
    {
        internal static readonly AskGroup Instance = new();
    }

    private sealed record OutOfTime
    {
        internal static readonly OutOfTime Instance = new();
    }

    private sealed record StillOurs
    {
        internal static readonly StillOurs Instance = new();
    }

    private sealed record NotOurs
    {
        internal static readonly NotOurs Instance = new();
    }
}

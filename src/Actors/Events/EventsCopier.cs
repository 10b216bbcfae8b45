using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Events;

/// <summary>
/// Copies the records of a pipeline's topic into its events topic, keyed by the pipeline's key. At least once, and in order: a copier
/// that starts again begins
/// at what was committed, and the buckets drop the copies that they have seen.
/// </summary>
public sealed class EventsCopier : ReceiveActor
{
    // Batches whose copies are on their way, for each partition.
    private const int OnTheWay = 16;

    // A commit for each so many batches: what a copier copies again after a crash.
    private const int CommitEvery = 16;

    private static readonly TimeSpan CommitAfter = TimeSpan.FromMilliseconds(500);

    private readonly IngestServices _services;
    private readonly TaskCompletionSource _ended;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<int, (int Partition, UniqueKillSwitch KillSwitch)> _streams = [];
    private readonly ActorMaterializer _materializer = Context.Materializer();
    private readonly KafkaSourceControl _source;
    private int _started;
    private bool _sourceEnded;

    /// <param name="services">What it works with.</param>
    /// <param name="ended">Ends when the copier has stopped, with what made it fail.</param>
    public EventsCopier(IngestServices services, TaskCompletionSource ended)
    {
        _services = services;
        _ended = ended;
        var self = Self;
        var pipeline = services.Pipeline;
        var (control, completion) = KafkaSource
            .Partitions(services.Kafka, pipeline.Topic, GroupOf(services.Group), pipeline.Start, pipeline.LostRecords)
            .ToMaterialized(Sink.ForEach<PartitionEvent>(partitionEvent => self.Tell(partitionEvent)), Keep.Both)
            .Run(_materializer);
        _source = control;
        completion.PipeTo(self, success: () => new StreamEnded(Source, null), failure: cause => new StreamEnded(Source, cause));

        Receive<PartitionAssigned>(OnAssigned);
        Receive<PartitionRevoked>(OnRevoked);
        Receive<StreamEnded>(OnEnded);
        Receive<Started>(_ => { });
        Receive<StartFailed>(failed => OnFailure(failed.Cause));
        Receive<PipelineIngest.Drain>(_ => _source.Stop());
    }

    private const int Source = -1;

    private PipelineDefinition Pipeline => _services.Pipeline;

    /// <summary>The consumer group of a pipeline's copiers.</summary>
    public static string GroupOf(string group) => group + "-copier";

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _source.Stop();
        _ended.TrySetResult();
    }

    private void OnAssigned(PartitionAssigned assigned)
    {
        var decoder = Pipeline.Schema.CreateDecoder();
        var router = new EventsRouter(source: 0, Pipeline.Partitions);
        var control = assigned.Control;
        var (killSwitch, completion) = assigned.Records
            .ViaMaterialized(KillSwitches.Single<RecordBatch>(), Keep.Right)
            .Select(records => (Next: records.Offsets[^1] + 1, Origin: new RecordOrigin(records.Topic, records.Partition), Routed: router.Route(decoder.Decode(records))))
            .Async()
            .SelectAsync(1, async batch => (batch.Next, Delivered: await EnqueueAsync(batch.Origin, batch.Routed).ConfigureAwait(false)))
            .SelectAsync(OnTheWay, async written =>
            {
                await written.Delivered.ConfigureAwait(false);
                return written.Next;
            })
            .GroupedWithin(CommitEvery, CommitAfter)
            .SelectAsync(1, async copied =>
            {
                await CommitAsync(control, copied.Max()).ConfigureAwait(false);
                return Akka.NotUsed.Instance;
            })
            .ToMaterialized(Sink.Ignore<Akka.NotUsed>(), Keep.Both)
            .Run(_materializer);
        var stream = _started++;
        _streams.Add(stream, (assigned.Partition, killSwitch));
        completion.ContinueWith(
            task =>
            {
                control.Release();
                return new StreamEnded(stream, task.Exception?.GetBaseException());
            },
            TaskScheduler.Default).PipeTo(Self);
        StartAsync(control).PipeTo(Self, success: () => Started.Instance, failure: cause => new StartFailed(cause));
    }

    /// <summary>Goes on where the copies end; a new one commits its start, so that a start at the log's end does not move.</summary>
    private async Task StartAsync(PartitionControl control)
    {
        var next = await control.CommittedAsync().ConfigureAwait(false);
        if (next is null)
        {
            next = await control.StartOffsetAsync().ConfigureAwait(false);
            await CommitAsync(control, next.Value).ConfigureAwait(false);
        }

        control.Seek(next.Value, 0);
    }

    private async Task<Task> EnqueueAsync(RecordOrigin origin, RoutedEvents routed)
    {
        var copies = await _services.Producer.EnqueueAsync(new OutputBatch(Pipeline.EventsTopic, routed.Copies)).ConfigureAwait(false);
        var letters = await _services.Producer.EnqueueAsync(new OutputBatch(Pipeline.DeadLettersTopic, routed.DeadLetters, origin)).ConfigureAwait(false);
        _services.Progress.AddUndecoded(routed.DeadLetters.Count);
        return Task.WhenAll(copies, letters);
    }

    private async Task CommitAsync(PartitionControl control, long next)
    {
        try
        {
            await control.CommitAsync(next).ConfigureAwait(false);
        }
        catch (KafkaCommitException exception)
        {
            _log.Info("Pipeline {0}: {1}. Some records are copied again, and dropped", Pipeline.Name, exception.Message);
        }
    }

    private void OnRevoked(PartitionRevoked revoked)
    {
        if (revoked.Lost)
        {
            foreach (var (_, killSwitch) in _streams.Values.Where(stream => stream.Partition == revoked.Partition))
            {
                killSwitch.Abort(new OwnershipLostException("The partition is lost."));
            }
        }
    }

    private void OnEnded(StreamEnded ended)
    {
        _sourceEnded |= ended.Stream == Source;
        _streams.Remove(ended.Stream);
        OnFailure(ended.Cause);
        if (_sourceEnded && _streams.Count == 0)
        {
            Context.Stop(Self);
        }
    }

    private void OnFailure(Exception? cause)
    {
        if (cause is not null and not OperationCanceledException)
        {
            _log.Error("Pipeline {0}: copying stops: {1}", Pipeline.Name, cause.Message);
            _ended.TrySetException(cause);
            _source.Stop();
        }
    }

    private sealed record StartFailed(Exception Cause);

    private sealed record Started
    {
        internal static readonly Started Instance = new();
    }

    private sealed record StreamEnded(int Stream, Exception? Cause);
}

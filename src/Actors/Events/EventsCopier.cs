using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Events;

/// <summary>
/// Copies the records of one of a pipeline's topics into its events topic, keyed by the pipeline's key. At least once, and in order: a copier that
/// starts again begins at what was committed, and the buckets drop the copies that they have seen.
/// </summary>
public sealed class EventsCopier : TopicReader
{
    // Batches whose copies are on their way, for each partition.
    private const int OnTheWay = 16;

    // A commit for each so many batches: what a copier copies again after a crash.
    private const int CommitEvery = 16;

    private static readonly TimeSpan CommitAfter = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<PartitionControl, (int Partition, UniqueKillSwitch KillSwitch)> _streams = [];
    private readonly ConcurrentDictionary<PartitionControl, PartitionFlow> _flows = new();

    private readonly int _source;
    private readonly CopierPace _pace;

    /// <param name="services">What it works with.</param>
    /// <param name="source">Which of the pipeline's topics it copies, by its place.</param>
    /// <param name="pace">Keeps it in step with the copiers of the other topics.</param>
    /// <param name="ended">Ends when the copier has stopped, with what made it fail.</param>
    public EventsCopier(IngestServices services, int source, CopierPace pace, TaskCompletionSource ended)
        : base(
            services, ended, services.Pipeline.Sources[source].Topic, GroupOf(services.Group, services.Pipeline.Sources[source]), services.Pipeline.Start)
    {
        _source = source;
        _pace = pace;
        Receive<StreamEnded>(stream =>
        {
            _streams.Remove(stream.Control);
            OnEnded(stream.Cause);
        });
        Receive<StartFailed>(failed => OnEnded(failed.Cause));
    }

    private protected override bool IsAtWork => _streams.Count > 0;

    private protected override string Name => $"The copier of {Source.Topic} for pipeline {Pipeline.Name}";

    private PipelineDefinition Pipeline => Services.Pipeline;

    private PipelineSource Source => Pipeline.Sources[_source];

    /// <summary>The consumer group of the copiers of a source: each has its own, for the topics come and go apart.</summary>
    public static string GroupOf(string group, PipelineSource source) =>
        source.Name.Length == 0 ? group + "-copier" : $"{group}-copier-{source.Name}";

    private protected override void OnAssigned(PartitionAssigned assigned)
    {
        var decoder = Source.Schema.CreateDecoder();
        var router = new EventsRouter((byte)_source, Pipeline.Partitions, Services.Kafka.MostRecordBytes, Pipeline.Plan);
        var control = assigned.Control;
        _pace.Begin(_source, assigned.Partition);
        var (killSwitch, completion) = assigned.Records
            .ViaMaterialized(KillSwitches.Single<RecordBatch>(), Keep.Right)
            .Select(records => CopiesOf(records, decoder.Decode(records), router))
            .Async()
            .SelectAsync(1, async copies => (copies, Delivered: await CopyAsync(copies).ConfigureAwait(false)))
            .SelectAsync(OnTheWay, async written =>
            {
                await written.Delivered.ConfigureAwait(false);
                Services.Progress.AddUndecoded(written.copies.Routed.DeadLetters);
                _flows.GetValueOrDefault(control)?.Done(written.copies.Next, written.copies.Timestamp);
                return written.copies.Next;
            })
            .GroupedWithin(CommitEvery, CommitAfter)
            .SelectAsync(1, async copied =>
            {
                await CommitAsync(control, copied.Max()).ConfigureAwait(false);
                return Akka.NotUsed.Instance;
            })
            .ToMaterialized(Sink.Ignore<Akka.NotUsed>(), Keep.Both)
            .Run(Materializer);
        _streams.Add(control, (assigned.Partition, killSwitch));
        completion.ContinueWith(
            task =>
            {
                _pace.End(_source, assigned.Partition);
                if (_flows.TryRemove(control, out var flow))
                {
                    Services.Progress.Flow.LeaveSource(Source.Topic, flow);
                }

                control.Release();
                return new StreamEnded(control, task.Exception?.GetBaseException());
            },
            TaskScheduler.Default).PipeTo(Self);
        StartAsync(control, assigned.Partition).PipeTo(Self, failure: cause => new StartFailed(cause));
    }

    private protected override void OnRevoked(PartitionRevoked revoked)
    {
        if (revoked.Lost)
        {
            foreach (var (_, killSwitch) in _streams.Values.Where(stream => stream.Partition == revoked.Partition))
            {
                killSwitch.Abort(new OwnershipLostException("The partition is lost."));
            }
        }
    }

    /// <summary>Goes on where the copies end; a new one commits its start, so that a start at the log's end does not move.</summary>
    private async Task StartAsync(PartitionControl control, int partition)
    {
        var next = await control.CommittedAsync().ConfigureAwait(false);
        if (next is null)
        {
            next = await control.StartOffsetAsync().ConfigureAwait(false);
            await CommitAsync(control, next.Value).ConfigureAwait(false);
        }

        if (_pace.HasBacklog(_source, partition))
        {
            _pace.Measure(_source, partition, next.Value, await control.EndOffsetAsync().ConfigureAwait(false));
        }

        _flows[control] = Services.Progress.Flow.EnterSource(Source.Topic, partition, next.Value, () => control.LogEnd);
        control.Seek(next.Value, 0);
    }

    /// <summary>The latest event time that is believed now.</summary>
    private long Latest() => Source.Schema.MaxJumpMilliseconds is > 0 and var jump
        ? Services.Time.GetUtcNow().ToUnixTimeMilliseconds() + jump
        : long.MaxValue;

    private Copies CopiesOf(RecordBatch records, DecodedBatch decoded, EventsRouter router) => new(
        records.Offsets[^1] + 1, records.Timestamps[^1], new RecordOrigin(records.Topic, records.Partition), router.Route(decoded, Latest(), Source.Schema.Time));

    /// <summary>Hands a batch to the producer; while there is a backlog, run by run, each when it is its turn.</summary>
    /// <returns>What ends when all of it is delivered.</returns>
    private async Task<Task> CopyAsync(Copies copies)
    {
        var (next, _, origin, (records, times, deadLetters)) = copies;
        var copied = _pace.HasBacklog(_source, origin.Partition)
            ? await CopyInStepAsync(next, origin.Partition, records, times).ConfigureAwait(false)
            : await Services.Producer.EnqueueAsync(new OutputBatch(Pipeline.EventsTopic, records)).ConfigureAwait(false);
        var letters = await Services.Producer.EnqueueAsync(new OutputBatch(Pipeline.DeadLettersTopic, deadLetters, origin)).ConfigureAwait(false);
        return Task.WhenAll(copied, letters);
    }

    private async Task<Task> CopyInStepAsync(long next, int partition, IReadOnlyList<OutputRecord> records, IReadOnlyList<long> times)
    {
        var (from, copied) = (0, new List<Task>());
        foreach (var count in EventRuns.Lengths(times))
        {
            var isLast = from + count == records.Count;
            var earliest = times.Skip(from).Take(count).DefaultIfEmpty(long.MinValue).Min();
            await _pace.WaitAsync(_source, partition, earliest, isLast ? next : 0).ConfigureAwait(false);
            copied.Add(await Services.Producer.EnqueueAsync(
                new OutputBatch(Pipeline.EventsTopic, [.. records.Skip(from).Take(count)])).ConfigureAwait(false));
            from += count;
        }

        return Task.WhenAll(copied);
    }

    private async Task CommitAsync(PartitionControl control, long next)
    {
        try
        {
            await control.CommitAsync(next).ConfigureAwait(false);
        }
        catch (KafkaCommitException exception)
        {
            Log.Info("{0}: {1}. Some records are copied again, and dropped", Name, exception.Message);
        }
    }

    /// <param name="Next">Offset of the first record after those copied.</param>
    /// <param name="Timestamp">Kafka's timestamp of the last of those, ms since 1970.</param>
    /// <param name="Origin">Where they are from.</param>
    /// <param name="Routed">Their copies.</param>
    private sealed record Copies(long Next, long Timestamp, RecordOrigin Origin, RoutedEvents Routed);

    private sealed record StartFailed(Exception Cause);

    private sealed record StreamEnded(PartitionControl Control, Exception? Cause);
}

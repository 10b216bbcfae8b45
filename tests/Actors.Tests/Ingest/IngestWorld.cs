using System.Collections.Concurrent;
using System.Threading.Channels;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Control;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Checkpoints;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Tests.Ingest;

/// <summary>An ingest stage between batches that a test feeds, a region that it plays, and probes for outputs and seeks.</summary>
public abstract class IngestWorld() : TestKit(ConfigurationFactory.ParseString("akka.loglevel = ERROR"))
{
    private readonly Channel<DecodedBatch> _batches = Channel.CreateUnbounded<DecodedBatch>();
    private int _pulled;

    private protected TestProbe Region => field ??= CreateTestProbe("region");

    private protected TestProbe Outputs => field ??= CreateTestProbe("outputs");

    private protected TestProbe Seeks => field ??= CreateTestProbe("seeks");

    private protected PipelineProgress Progress { get; } = new();

    /// <summary>Batches that the stage has taken.</summary>
    private protected int Pulled => Volatile.Read(ref _pulled);

    /// <summary>Ends when the stage has.</summary>
    private protected Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Where cursors are stored.</summary>
    private protected MemoryCheckpointStore Store { get; } = new();

    /// <summary>Offsets that were committed.</summary>
    private protected TestProbe Commits => field ??= CreateTestProbe("commits");

    /// <summary>What the next commits fail with.</summary>
    private protected ConcurrentQueue<Exception> RefusedCommits { get; } = new();

    /// <summary>Clock of the barriers.</summary>
    private protected FakeTimeProvider Clock { get; } = new();

    /// <summary>Whether outputs are delivered as they come; else by <see cref="Deliver"/>.</summary>
    private protected bool DeliversAtOnce { get; set; } = true;

    private protected DeliveryCount Deliveries { get; } = new();

    /// <summary>Who waits for a checkpoint.</summary>
    private protected CheckpointRequests Requests { get; } = new();

    private protected void Start(
        ChunkLimits limits, int buckets = 1, IActorRef? region = null, Action<long, int>? seek = null, PartitionCursor? cursor = null,
        BarrierOptions? barriers = null, bool isStored = false)
    {
        var (outputs, seeks, commits) = (Outputs.Ref, Seeks.Ref, Commits.Ref);
        var control = new PartitionControl(
            startOffset: () => Task.FromResult(0L),
            endOffset: () => Task.FromResult(0L),
            committed: () => Task.FromResult<long?>(null),
            seek: seek ?? ((offset, epoch) => seeks.Tell((offset, epoch))),
            commit: next =>
            {
                commits.Tell(next);
                return RefusedCommits.TryDequeue(out var refused) ? Task.FromException(refused) : Task.CompletedTask;
            },
            groupMetadata: () => throw new NotSupportedException(),
            release: () => { },
            skipped: () => 0);
        var pipeline = Examples.Pipeline(buckets, limits) with { Barriers = barriers ?? NoBarriers };
        var taken = Store.TakePartitionAsync(pipeline.Name, 3).AsTask().GetAwaiter().GetResult();
        Owner = taken.Owner;
        cursor ??= new PartitionCursor(3, 0, 0, [.. Enumerable.Repeat(-1L, buckets)], DateTimeOffset.UnixEpoch);
        var stage = new IngestStage(
            pipeline, new PartitionPosition(taken.Owner, cursor, null, cursor.Next, isStored), region ?? Region.Ref, Store, control, Deliveries, Progress,
            Progress.Flow.Enter(3, cursor.Next, () => null), Requests, Clock);
        Completion = ChannelSource.FromReader(_batches.Reader)
            .Select(batch =>
            {
                Interlocked.Increment(ref _pulled);
                return batch;
            })
            .Via(stage)
            .RunWith(
                Sink.ForEach<AnsweredBatch>(output =>
                {
                    outputs.Tell(output);
                    if (DeliversAtOnce)
                    {
                        Deliveries.Delivered();
                    }
                }),
                Sys.Materializer());
    }

    /// <summary>Owner that the stage's messages name.</summary>
    private protected long Owner { get; private set; }

    /// <summary>The state is stored at the end only.</summary>
    private protected static BarrierOptions NoBarriers { get; } = new() { Every = TimeSpan.FromDays(1), EveryRecords = 0 };

    private protected void Feed(DecodedBatch batch) => Assert.True(_batches.Writer.TryWrite(batch));

    /// <summary>Feeds a batch of one record of a key.</summary>
    private protected void FeedOne(long offset, string key = "a", int epoch = 0) => Feed(Examples.Decoded(offset, epoch, key));

    private protected void EndOfLog() => _batches.Writer.TryComplete();

    /// <summary>The next chunk that the region gets, and whom it is from.</summary>
    private protected async Task<(Chunk Chunk, IActorRef Ingest)> NextChunkAsync()
    {
        var chunk = await Region.ExpectMsgAsync<Chunk>(TimeSpan.FromSeconds(10), "waiting for a chunk at the region");
        return (chunk, Region.LastSender);
    }

    private protected static Ack AckOf(Chunk chunk) => new(
        chunk.Bucket, chunk.Epoch, chunk.Last, chunk.Last, 0, PredictionBatch.Allocate(chunk.Examples.Count, 6));

    private protected ValueTask<AnsweredBatch> NextAnswerAsync() =>
        Outputs.ExpectMsgAsync<AnsweredBatch>(TimeSpan.FromSeconds(10), "waiting for an answered batch");

    /// <summary>Answers that a bucket's state is stored.</summary>
    private protected async Task<Persist> PersistAsync()
    {
        var persist = await Region.ExpectMsgAsync<Persist>(TimeSpan.FromSeconds(10), "waiting for a request to persist");
        Region.LastSender.Tell(new Persisted(persist.Bucket, persist.Epoch, persist.UpTo, persist.UpTo));
        return persist;
    }

    private protected Task CompletedAsync() => Completion.WaitAsync(TimeSpan.FromSeconds(10));
}

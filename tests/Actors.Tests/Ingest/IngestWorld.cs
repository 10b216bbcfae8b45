using System.Threading.Channels;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;

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

    private protected void Start(ChunkLimits limits, int buckets = 1, IActorRef? region = null, Action<long, int>? seek = null)
    {
        var (outputs, seeks) = (Outputs.Ref, Seeks.Ref);
        var stage = new IngestStage(
            Examples.Pipeline(buckets, limits), 3, region ?? Region.Ref, Progress, seek ?? ((offset, epoch) => seeks.Tell((offset, epoch))));
        Completion = ChannelSource.FromReader(_batches.Reader)
            .Select(batch =>
            {
                Interlocked.Increment(ref _pulled);
                return batch;
            })
            .Via(stage)
            .RunWith(Sink.ForEach<IngestOutput>(output => outputs.Tell(output)), Sys.Materializer());
    }

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

    private protected ValueTask<AnsweredChunk> NextAnswerAsync() =>
        Outputs.ExpectMsgAsync<AnsweredChunk>(TimeSpan.FromSeconds(10), "waiting for an answered chunk");

    private protected Task CompletedAsync() => Completion.WaitAsync(TimeSpan.FromSeconds(10));
}

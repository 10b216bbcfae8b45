using System.Text;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using StreamLearn.Actors.Events;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Checkpoints;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Actors.Tests.Events;

/// <summary>The writer of averages on an embedded broker.</summary>
public sealed class AverageWriterTests : TestKit
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    private readonly MemoryCheckpointStore _store = new();
    private readonly PipelineProgress _progress = new();

    [Fact]
    public async Task Given_a_store_that_goes_away_and_comes_back_when_nothing_more_is_contributed_then_the_problem_is_noted_and_the_place_is_stored_all_the_same()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("offers.contributions", 1);
        kafka.CreateTopic("offers.events", ReplicatedPipeline.Partitions);
        var settings = new KafkaSettings { BootstrapServers = kafka.BootstrapServers };
        using var producer = new KafkaBatchProducer(settings, _ => { });
        var services = new IngestServices(
            ReplicatedPipeline.Create(), settings, "test-offers", ActorRefs.Nobody, _store, producer, _progress, TimeProvider.System);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writer = Sys.ActorOf(Props.Create(() => new AverageWriter(services, ended)));
        await SendAsync();
        await AwaitConditionAsync(() => Task.FromResult(_store.Saves == 1), Limit);

        _store.Failures = int.MaxValue;
        await SendAsync();
        await AwaitConditionAsync(() => Task.FromResult(_progress.CheckpointProblems.ContainsKey(PipelineProgress.Averages)), Limit);
        _store.Failures = 0;

        await AwaitConditionAsync(() => Task.FromResult(_store.Saves == 2 && _progress.CheckpointProblems.Count == 0), Limit);
        writer.Tell(TopicReader.Drain.Instance);
        await ended.Task.WaitAsync(Limit);

        // No contribution; its place is stored like that of one.
        async Task SendAsync() => await producer.SendAsync(
            new OutputBatch("offers.contributions", [new OutputRecord(null, Encoding.UTF8.GetBytes("none"))])).WaitAsync(Limit);
    }
}

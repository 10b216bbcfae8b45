using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Tests.Pipelines;

namespace StreamLearn.Actors.Tests.Buckets;

public sealed class LearnerEntityTests() : TestKit(ConfigurationFactory.ParseString($"{LearnerEntity.Dispatcher} {{ type = ForkJoinDispatcher, dedicated-thread-pool {{ thread-count = 1 }} }}"))
{
    private static readonly BucketId Id = new(0, 0);

    [Fact]
    public async Task Given_an_entity_when_chunks_and_questions_come_then_it_answers_their_senders()
    {
        var entity = Sys.ActorOf(LearnerEntity.Props(Examples.Pipeline()));

        entity.Tell(new Chunk(Id, 2, -1, 1, Examples.At(0, 1)), TestActor);
        var ack = await ExpectMsgAsync<Ack>();
        Assert.Equal((2, 1L, 1L, 2), (ack.Epoch, ack.ChunkLast, ack.LastApplied, ack.Predictions.Count));

        entity.Tell(new GetBucketReport(Id, 0, 10), TestActor);
        var report = await ExpectMsgAsync<BucketReport>();
        Assert.Equal((1L, 1), (report.LastApplied, report.TotalKeys));
    }

    [Fact]
    public async Task Given_an_entity_that_has_crashed_when_the_next_chunk_comes_then_it_says_that_it_has_lost_everything()
    {
        var entity = Sys.ActorOf(LearnerEntity.Props(Examples.Pipeline()));
        entity.Tell(new Chunk(Id, 0, -1, 1, Examples.At(0, 1)), TestActor);
        await ExpectMsgAsync<Ack>();

        // Examples of another width make the fleet throw: the supervisor starts the actor anew.
        var broken = new Learners.Examples.ExampleBatch([2], [5], [0], [], [0], [1, 2], 2);
        entity.Tell(new Chunk(Id, 0, 1, 2, broken), TestActor);
        entity.Tell(new Chunk(Id, 0, 2, 3, Examples.At(3)), TestActor);

        Assert.Equal(new Rewind(Id, 0, -1), await ExpectMsgAsync<Rewind>());
        entity.Tell(new Chunk(Id, 1, -1, 3, Examples.At(0, 1, 3)), TestActor);
        Assert.Equal(3, (await ExpectMsgAsync<Ack>()).LastApplied);
    }
}

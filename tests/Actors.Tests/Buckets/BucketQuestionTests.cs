using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Serving;
using StreamLearn.Actors.Tests.Checkpoints;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Tests.Buckets;

/// <summary>Those who only want to know: they are answered wherever the learners are, and neither wait for a checkpoint nor hold anything up.</summary>
public sealed class BucketQuestionTests() : TestKit(ConfigurationFactory.ParseString($"{LearnerEntity.Dispatcher} {{ type = ForkJoinDispatcher, dedicated-thread-pool {{ thread-count = 1 }} }}"))
{
    private const int MostWaiting = 64;

    private static readonly BucketId Id = new(3, 0);

    private readonly MemoryCheckpointStore _store = new();

    [Fact]
    public async Task Given_a_bucket_when_it_is_asked_then_it_answers_what_it_then_does_and_has_learned_nothing()
    {
        var entity = Start();
        await AskAsync<Ack>(entity, ChunkOf(-1, (0, "a"), (1, "b"), (2, "a")));
        var next = Examples.Of((3, "a"), (4, "nobody"));

        var foreseen = await AskAsync<Predicted>(entity, new Predict(Id, next, Anew: true));
        Assert.Equal([ForesightStatus.Predicted, ForesightStatus.UnknownKey], foreseen.Answers.Select(answer => answer.Status));
        Assert.Equal(2, foreseen.LastApplied);
        var before = await AskAsync<KeyDescribed>(entity, new GetKey(Id, "a"u8.ToArray()));
        Assert.Equal(2, before.Report!.Records);
        Assert.Null((await AskAsync<KeyDescribed>(entity, new GetKey(Id, "nobody"u8.ToArray()))).Report);
        Assert.Equal(["a", "b"], (await AskAsync<BucketKeys>(entity, new GetBucketKeys(Id, 0, 9))).Keys.Select(key => System.Text.Encoding.UTF8.GetString(key.Key)));

        var ack = await AskAsync<Ack>(entity, new Chunk(Id, 0, 2, 3, Examples.Of((3, "a")), 1));
        Assert.Equal(ack.Predictions.Row(0).ToArray(), foreseen.Answers[0].Numbers);
        Assert.Equal(ack.Predictions.ModelVersions[0], foreseen.Answers[0].ModelVersion);
        var last = await AskAsync<Predicted>(entity, new Predict(Id, PipelineQuestions.KeyBatch(["a"u8.ToArray()]), Anew: false));
        Assert.Equal(foreseen.Answers[0].Numbers, last.Answers[0].Numbers);
    }

    [Fact]
    public async Task Given_learners_that_are_being_read_back_when_many_ask_then_those_in_memory_answer_at_once_and_so_many_wait()
    {
        IgnoreMessages(message => message is BarrierWanted);
        var entity = Start(new LearnerMemory(1));
        await AskAsync<Ack>(entity, ChunkOf(-1, (0, "a"), (1, "b")));
        await AskAsync<Persisted>(entity, new Persist(Id, 1, 0, 1, -1));
        var gate = new TaskCompletionSource();
        _store.KeyGate = gate.Task;

        // The first one has the store asked, those after it wait, up to a bound; who is in memory need not.
        entity.Tell(Ask("a"), TestActor);
        for (var waiting = 0; waiting < MostWaiting; waiting++)
        {
            entity.Tell(Ask("b"), TestActor);
        }

        entity.Tell(Ask("a"), TestActor);
        Assert.Contains("many questions wait", (await ExpectMsgAsync<PredictionRefused>()).Reason, StringComparison.Ordinal);
        Assert.Equal(ForesightStatus.UnknownKey, (await AskAsync<Predicted>(entity, Ask("nobody"))).Answers[0].Status);

        _store.KeyGate = Task.CompletedTask;
        gate.SetResult();
        for (var answered = 0; answered <= MostWaiting; answered++)
        {
            Assert.Equal((1L, ForesightStatus.Predicted), await ExpectMsgAsync<Predicted>() is var answer ? (answer.Answers[0].ModelVersion, answer.Answers[0].Status) : default);
        }

        Assert.Equal(3, (await AskAsync<Ack>(entity, ChunkOf(1, (2, "a"), (3, "b")))).LastApplied);
    }

    [Fact]
    public async Task Given_a_store_that_stores_when_it_is_asked_then_the_answer_does_not_wait()
    {
        var entity = Start();
        await AskAsync<Ack>(entity, ChunkOf(-1, (0, "a")));
        var gate = new TaskCompletionSource();
        _store.SaveGate = gate.Task;
        entity.Tell(new Persist(Id, 1, 0, 0, -1), TestActor);

        Assert.Equal(ForesightStatus.Predicted, (await AskAsync<Predicted>(entity, Ask("a"))).Answers[0].Status);
        gate.SetResult();
        Assert.Equal(0, (await ExpectMsgAsync<Persisted>()).LastApplied);
    }

    [Fact]
    public async Task Given_a_bucket_that_nobody_owns_here_when_it_is_asked_then_the_stored_learners_answer_and_nothing_is_taken()
    {
        var (here, there) = (Start(), Start());
        await AskAsync<Ack>(there, ChunkOf(-1, (0, "a"), (1, "a")));
        await AskAsync<Persisted>(there, new Persist(Id, 1, 0, 1, -1));

        Assert.Equal(2, (await AskAsync<Predicted>(here, Ask("a"))).Answers[0].ModelVersion);
        Assert.Equal(2, (await AskAsync<KeyDescribed>(here, new GetKey(Id, "a"u8.ToArray()))).Report!.Records);

        await AskAsync<Ack>(there, ChunkOf(1, (2, "a")));
        Assert.Equal(2, (await AskAsync<Persisted>(there, new Persist(Id, 1, 0, 2, -1))).LastApplied);
    }

    [Fact]
    public async Task Given_records_of_another_form_when_it_is_asked_about_them_then_it_refuses_and_loses_nothing()
    {
        var entity = Start();
        await AskAsync<Ack>(entity, ChunkOf(-1, (0, "a")));

        var refused = await AskAsync<PredictionRefused>(entity, new Predict(Id, new ExampleBatch([1], [5], [0], "a"u8.ToArray(), [1], [1, 2], 2), Anew: true));

        Assert.Contains("Examples have 2 numbers; expected 1", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(1, (await AskAsync<Ack>(entity, ChunkOf(0, (1, "a")))).LastApplied);
    }

    [Fact]
    public async Task Given_a_stored_state_that_cannot_be_taken_over_when_it_is_asked_then_it_says_so_and_not_that_there_are_no_keys()
    {
        var entity = Start();
        await AskAsync<Ack>(entity, ChunkOf(-1, (0, "a")));
        await AskAsync<Persisted>(entity, new Persist(Id, 1, 0, 0, -1));
        var plan = (ForecastPlan)Examples.Pipeline().Plan;
        var other = Examples.Pipeline() with { Plan = new ForecastPlan(plan.Task, [plan.Learners[1]], plan.Seed, plan.MaxKeys) };
        var late = Sys.ActorOf(LearnerEntity.Props(other, _store, TimeSpan.FromSeconds(10), BucketPlace.Unmeasured));

        Assert.Contains("Stored state", (await AskAsync<PredictionRefused>(late, Ask("a"))).Reason, StringComparison.Ordinal);
    }

    /// <summary>A request that is learned has no place of its own but the log: none is taken for a repeat.</summary>
    [Fact]
    public void Given_records_of_requests_in_the_log_when_they_come_then_each_is_learned_and_copies_that_repeat_themselves_are_not()
    {
        var state = new BucketState(Examples.Pipeline());
        var examples = Examples.At(0, 1, 2, 3);
        var origins = new ExampleBatch(
            examples.Offsets, examples.Times, examples.Kinds, examples.KeyBytes, examples.KeyEnds, examples.Values, 1,
            originSources: [254, 254, 0, 0], originPartitions: [0, 0, 1, 1], originOffsets: [0, 0, 7, 7]);

        var ack = (Ack)state.Receive(new Chunk(Id, 0, -1, 3, origins, 1));

        Assert.Equal([ExampleStatus.Predicted, ExampleStatus.Predicted, ExampleStatus.Predicted, ExampleStatus.Repeated], ack.Predictions.Statuses);
    }

    private static Predict Ask(string key) => new(Id, PipelineQuestions.KeyBatch([System.Text.Encoding.UTF8.GetBytes(key)]), Anew: false);

    private static Chunk ChunkOf(long previous, params (long Offset, string Key)[] rows) => new(Id, 0, previous, rows[^1].Offset, Examples.Of(rows), 1);

    private IActorRef Start(LearnerMemory? memory = null) => Sys.ActorOf(LearnerEntity.Props(
        Examples.Pipeline(), _store, TimeSpan.FromSeconds(10),
        memory is null ? BucketPlace.Unmeasured : new BucketPlaces(new BucketCosts(TimeProvider.System), 8, memory: memory).For(Examples.Pipeline(), Id.EntityId)));

    private async Task<T> AskAsync<T>(IActorRef entity, object message)
    {
        entity.Tell(message, TestActor);
        return await ExpectMsgAsync<T>();
    }
}

using System.Text;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Serialization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Scoring;
using StreamLearn.Streams.Codecs.Bandits;

namespace StreamLearn.Actors.Tests.Messages;

public sealed class BucketMessageSerializerTests : IAsyncLifetime
{
    // Of a chunk or an answer, what is around its columns.
    private const int OfMessage = 200;

    private static readonly BucketId Id = new(3, 2);

    private static readonly ChunkLimits Smallest = new() { Records = 100_000, Bytes = (256 - 64) * 1024, FrameBytes = 256 * 1024 };

    // As StreamLearnNode registers it.
    private readonly ActorSystem _system = ActorSystem.Create(
        "serialization",
        ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString("akka.stdout-loglevel = off\nakka.loglevel = off")),
            SerializationSetup.Create(system =>
                [SerializerDetails.Create("streamlearn-buckets", new BucketMessageSerializer(system), [typeof(IBucketMessage)])])));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact]
    public void Given_each_message_when_it_goes_between_nodes_then_it_arrives_as_it_was()
    {
        var rewind = new Rewind(Id, 4, -1);
        Assert.Equal(rewind, RoundTrip(rewind));
        var request = new GetBucketReport(Id, 5, 6);
        Assert.Equal(request, RoundTrip(request));

        IBucketMessage[] messages =
        [
            new Persist(Id, 1, 2, 3, 4), new Persisted(Id, 1, 2, 3), new PersistFailed(Id, 1, 2, "why"), new Release(Id, 1), new BucketFailed(Id, 1, "why"), new OwnerRefused(Id, 1), new HandingOver(Id, 1),
            new BarrierWanted(Id, 1), new PredictionRefused(Id, "why"), new GetBucketKeys(Id, 5, 6),
        ];
        Assert.All(messages, message => Assert.Equal(message, Arrived(message)));

        var predicted = RoundTrip(new Predicted(Id, 6, [new Foresight(ForesightStatus.Predicted, 7, 8, [1.5, -0.0]), Foresight.UnknownKey]));
        Assert.Equal([(ForesightStatus.Predicted, 7L, 8L), (ForesightStatus.UnknownKey, 0L, 0L)], predicted.Answers.Select(answer => (answer.Status, answer.ModelVersion, answer.Time)));
        Assert.Equal([1.5, -0.0], predicted.Answers[0].Numbers);
        var standing = RoundTrip(new KeyDescribed(Id, 6, null, Foresight.UnknownKey));
        Assert.Equal((6L, null, ForesightStatus.UnknownKey), (standing.LastApplied, standing.Report, standing.Last.Status));
        var listed = RoundTrip(new BucketKeys(Id, 7, [new KeyGlance([1, 2], true, 3, 4, 5)]));
        Assert.Equal((7, true, 3L, 4L, 5L), (listed.TotalKeys, listed.Keys[0].IsResident, listed.Keys[0].Records, listed.Keys[0].Time, listed.Keys[0].ModelVersion));
        Assert.Equal("0102 0304", $"{Convert.ToHexString(listed.Keys[0].Key)} {Convert.ToHexString(RoundTrip(new GetKey(Id, [3, 4])).Key)}");
        var asked = RoundTrip(new Predict(Id, Examples.Of((1, "a")), true));
        Assert.Equal((true, 1, "a"), (asked.Anew, asked.Examples.Count, Encoding.UTF8.GetString(asked.Examples.Key(0))));

        var change = new AlertChange(true, 3, 4.5, 5.5, 6.5);
        var ack = new Ack(
            Id, 1, 9, 12, 1,
            new PredictionBatch(
                [ExampleStatus.Predicted, ExampleStatus.NotFinite], [7, 0], [1.5, double.NaN, -0.0, 0], 2,
                [new DriftAlarm(1, 2)], [new AlertEvent(0, change)], [1, 1], [new Recovery(1, 3)], contributions: [new DueContribution(1, [5, 6])]));
        var arrived = RoundTrip(ack);
        Assert.Equal(ack with { Predictions = arrived.Predictions }, arrived);
        Assert.Equal(ack.Predictions.Statuses, arrived.Predictions.Statuses);
        Assert.Equal(ack.Predictions.ModelVersions, arrived.Predictions.ModelVersions);
        Assert.Equal(ack.Predictions.Values.Select(BitConverter.DoubleToInt64Bits), arrived.Predictions.Values.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(2, arrived.Predictions.Width);
        Assert.Equal([new DriftAlarm(1, 2)], arrived.Predictions.DriftAlarms);
        Assert.Equal([new AlertEvent(0, change)], arrived.Predictions.Alerts);
        Assert.Equal([1, 1], arrived.Predictions.Evictions);
        Assert.Equal([new Recovery(1, 3)], arrived.Predictions.Recoveries);
        Assert.Equal([5, 6], Assert.Single(arrived.Predictions.Contributions).Bytes);

        var key = new ForecastKeyReport([1, 2], 3, 4, [9], [21, 22], [10, 11], true, 5.5, [6, 7], [new ErrorSums(1, 2, 3, 4)], [8], 12, 13, 14, 15, 16,
            new AlertCounts(17, 18, 19, 20));
        var report = new BucketReport(Id, 6, 7, [key]);
        var found = RoundTrip(report);
        Assert.Equal((Id, 6L, 7), (found.Bucket, found.LastApplied, found.TotalKeys));
        var only = Assert.IsType<ForecastKeyReport>(Assert.Single(found.Keys));
        Assert.Equal(key.Errors, only.Errors);
        Assert.Equal((3L, 4L, 5.5), (only.Records, only.Time, only.Value));
        Assert.Equal((15L, 16L, new AlertCounts(17, 18, 19, 20)), (only.DriftAlarms, only.AlertsRaised, only.Alerts));
        Assert.Equal([21L, 22], only.Recoveries);
        Assert.True(only.Frozen);
        Assert.Equal((12L, 13L, 14L), (only.NoRate, only.Dropped, only.ClampedElapsed));
        Assert.Equal("0102 0A0B", $"{Convert.ToHexString(only.Key)} {Convert.ToHexString(only.StateDigest)}");
    }

    [Property(MaxTest = 100)]
    public Property Given_any_chunk_when_it_goes_between_nodes_then_it_arrives_as_it_was()
    {
        var rows = Gen.Zip(ArbMap.Default.GeneratorFor<string>(), ArbMap.Default.GeneratorFor<double>()).ArrayOf();
        return Prop.ForAll(rows.ToArbitrary(), ArbMap.Default.ArbFor<(int Epoch, long Previous, bool Tombstones)>(), (generated, head) =>
        {
            var end = 0;
            var keys = generated.Select(row => Encoding.UTF8.GetBytes(row.Item1 ?? "")).ToArray();
            var examples = new ExampleBatch(
                [.. generated.Select((_, i) => (long)i * 3)], [.. generated.Select((_, i) => head.Previous - i)],
                [.. generated.Select((_, i) => head.Tombstones && i % 2 == 0 ? ExampleKind.Tombstone : ExampleKind.Example)],
                [.. keys.SelectMany(key => key)], [.. keys.Select(key => end += key.Length)], [.. generated.Select(row => row.Item2)], 1,
                head.Tombstones ? [] : [.. generated.Select((_, i) => ulong.MaxValue - (ulong)i)],
                head.Tombstones ? [] : [.. generated.Select((_, i) => (byte)i)],
                head.Tombstones ? [] : [.. generated.Select((_, i) => i * 7)],
                head.Tombstones ? [] : [.. generated.Select((_, i) => head.Previous + i)],
                head.Tombstones ? [] : [.. generated.Select((_, i) => (byte)i)],
                head.Tombstones ? [] : [.. generated.Select((_, i) => i + 1)]);
            var chunk = new Chunk(Id, head.Epoch, head.Previous, head.Previous + 1, examples, 5);

            var arrived = RoundTrip(chunk);

            Assert.Equal(chunk with { Examples = arrived.Examples }, arrived);
            Assert.Equal(examples.Offsets, arrived.Examples.Offsets);
            Assert.Equal(examples.Times, arrived.Examples.Times);
            Assert.Equal(examples.Kinds, arrived.Examples.Kinds);
            Assert.Equal(examples.KeyBytes, arrived.Examples.KeyBytes);
            Assert.Equal(examples.Readings, arrived.Examples.Readings);
            Assert.Equal(examples.OriginSources, arrived.Examples.OriginSources);
            Assert.Equal(examples.OriginPartitions, arrived.Examples.OriginPartitions);
            Assert.Equal(examples.OriginOffsets, arrived.Examples.OriginOffsets);
            Assert.Equal(examples.Payloads, arrived.Examples.Payloads);
            Assert.Equal(examples.PayloadEnds, arrived.Examples.PayloadEnds);
            Assert.Equal(examples.KeyEnds, arrived.Examples.KeyEnds);
            Assert.Equal(examples.Values.Select(BitConverter.DoubleToInt64Bits), arrived.Examples.Values.Select(BitConverter.DoubleToInt64Bits));
        });
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 64)]
    [InlineData(40, 64)]
    [InlineData(1024, 3)]
    public void Given_the_smallest_frame_when_chunks_are_cut_as_large_as_may_be_then_each_and_its_answer_fit_into_it(int keyLength, int horizons)
    {
        var watched = (ForecastPlan)Examples.Watched().Plan;
        var plan = new ForecastPlan(
            new ForecastTask { Horizons = [.. Enumerable.Range(1, horizons)], Features = 3 }, watched.Learners, 1, 100, watched.Drift, watched.Alerts);
        var batch = Examples.Decoded(0, 0) with { Examples = Longest(6000, keyLength, width: 4) };
        var (chunks, answers, rows) = (new List<int>(), new List<int>(), 0);
        new BucketChunker(1, Smallest, plan).Split(batch, (_, examples, _) =>
        {
            var chunk = new Chunk(Id, int.MaxValue, long.MaxValue, examples.Offsets[^1], examples, long.MaxValue);
            var all = Enumerable.Range(0, examples.Count).ToArray();
            var predictions = new PredictionBatch(
                [.. all.Select(_ => ExampleStatus.Predicted)], [.. all.Select(_ => long.MaxValue)], [.. all.SelectMany(_ => Enumerable.Repeat(0.1, plan.Task.PredictionWidth))],
                plan.Task.PredictionWidth, [.. all.Select(row => new DriftAlarm(row, 0))],
                [.. all.Select(row => new AlertEvent(row, new AlertChange(true, int.MaxValue, 0.1, 0.1, 0.1)))], all,
                [.. all.SelectMany(row => plan.Learners.Select((_, learner) => new Recovery(row, learner)))]);
            var ack = new Ack(Id, int.MaxValue, chunk.Last, chunk.Last, 0, predictions);
            chunks.Add(_system.Serialization.Serialize(chunk).Length);
            answers.Add(_system.Serialization.Serialize(ack).Length);
            rows += examples.Count;
        });

        Assert.Equal(6000, rows);
        Assert.InRange(Math.Max(chunks.Max(), answers.Max()), Smallest.MessageBytes / 2, Smallest.MessageBytes + OfMessage);
    }

    [Fact]
    public void Given_the_smallest_frame_when_contexts_bring_a_thousand_actions_in_few_bytes_then_the_answer_to_each_chunk_fits_into_it()
    {
        var schema = new BanditSchema { Task = new BanditTask(), Features = ["x"] };
        var pipeline = ReplicatedPipeline.Create() with
        {
            Plan = new BanditPlan(schema.Fit(schema.Task), [LearnerChoice.Named("bandit", "uniform")], 1, 100), Chunks = Smallest,
        };
        var writer = new BanditRecordWriter();
        var ends = new List<int>();
        for (var id = 0; id < 400; id++)
        {
            writer.WriteContext(Encoding.UTF8.GetBytes($"{id}"), new BanditContext(BanditTask.MostActions, [1f], [], []));
            ends.Add(writer.Length);
        }

        var plain = Examples.Of([.. ends.Select((_, row) => ((long)row, "a"))]);
        var examples = new ExampleBatch(
            plain.Offsets, plain.Times, plain.Kinds, plain.KeyBytes, plain.KeyEnds, [], 0, payloads: writer.Written.ToArray(), payloadEnds: [.. ends]);
        var bucket = new BucketState(pipeline);
        var (previous, answers) = (-1L, new List<int>());
        new BucketChunker(1, Smallest, pipeline.Plan).Split(Examples.Decoded(0, 0) with { Examples = examples }, (_, chosen, _) =>
        {
            var ack = Assert.IsType<Ack>(bucket.Receive(new Chunk(Id, 0, previous, chosen.Offsets[^1], chosen, 1)));
            Assert.All(ack.Predictions.Statuses, status => Assert.Equal(ExampleStatus.Predicted, status));
            previous = chosen.Offsets[^1];
            answers.Add(_system.Serialization.Serialize(ack).Length);
        });

        Assert.Equal(399, previous);
        Assert.InRange(answers.Max(), Smallest.MessageBytes / 2, Smallest.MessageBytes + OfMessage);
    }

    [Fact]
    public void Given_replicas_when_one_record_misses_all_decisions_that_wait_then_the_answer_carries_what_the_plan_has_counted_with()
    {
        var pipeline = ReplicatedPipeline.Large();
        var bucket = new BucketState(pipeline);
        var records = new List<(long Time, Action<BanditRecordWriter> Write)>();
        for (var id = 0; id < 200; id++)
        {
            var name = Encoding.UTF8.GetBytes($"{id}");
            records.Add((1000 + id, writer => writer.WriteContext(name, new BanditContext(2, new float[ReplicatedPipeline.LargeFeatures], [], []))));
        }

        // The time to live has passed for all of them.
        records.Add((1_000_000_000, writer => writer.WriteFeedback("x"u8, 0.5)));
        var before = Assert.IsType<Ack>(bucket.Receive(new Chunk(Id, 0, -1, 199, ReplicatedPipeline.Examples(0, [.. records.Take(200)]), 1)));
        Assert.Empty(before.Predictions.Contributions);

        var ack = Assert.IsType<Ack>(bucket.Receive(new Chunk(Id, 0, 199, 200, ReplicatedPipeline.Examples(200, [.. records.Skip(200)]), 1)));

        var (slices, _) = pipeline.Plan.ReplicaSlices;
        Assert.InRange(slices, 2, 100);
        Assert.Equal(2 * slices, ack.Predictions.Contributions.Count);
        Assert.Equal(2 * slices, pipeline.Plan.MostContributions(pipeline.Chunks.Records));
        Assert.InRange(
            _system.Serialization.Serialize(ack).Length, 1, pipeline.Plan.BesideAnswers(pipeline.Chunks.Records) + pipeline.Plan.MostAnswerBytes + OfMessage);
    }

    [Fact]
    public void Given_a_stranger_when_it_is_to_be_written_or_read_then_it_is_refused()
    {
        var serializer = new BucketMessageSerializer((ExtendedActorSystem)_system);

        Assert.Throws<ArgumentException>(() => serializer.Manifest("text"));
        Assert.Throws<ArgumentException>(() => serializer.FromBinary([], "?"));
    }

    [Theory]
    [InlineData("c")]
    [InlineData("a")]
    [InlineData("r")]
    [InlineData("g")]
    [InlineData("b")]
    public void Given_nil_instead_of_a_message_when_it_is_read_then_it_is_refused_and_not_null(string manifest) =>
        Assert.Throws<MessagePack.MessagePackSerializationException>(
            () => new BucketMessageSerializer((ExtendedActorSystem)_system).FromBinary([0xc0], manifest));

    /// <summary>Rows whose columns are all there and as long as they get in MessagePack.</summary>
    private static ExampleBatch Longest(int count, int keyLength, int width) => new(
        [.. Enumerable.Range(0, count).Select(row => long.MaxValue - count + row)], [.. Enumerable.Repeat(long.MaxValue, count)], new ExampleKind[count],
        [.. Enumerable.Repeat((byte)'k', count * keyLength)], [.. Enumerable.Range(1, count).Select(row => row * keyLength)],
        [.. Enumerable.Repeat(0.1, count * width)], width, [.. Enumerable.Repeat(ulong.MaxValue, count)], new byte[count], [.. Enumerable.Repeat(int.MaxValue, count)],
        [.. Enumerable.Repeat(long.MaxValue, count)], [], [.. Enumerable.Repeat(0, count)]);

    private T RoundTrip<T>(T message)
        where T : IBucketMessage => Assert.IsType<T>(Arrived(message));

    private object Arrived(IBucketMessage message)
    {
        var serializer = Assert.IsType<BucketMessageSerializer>(_system.Serialization.FindSerializerFor(message));
        var bytes = _system.Serialization.Serialize(message);
        return _system.Serialization.Deserialize(bytes, serializer.Identifier, serializer.Manifest(message));
    }
}

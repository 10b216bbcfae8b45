using System.Text;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Serialization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Tests.Messages;

public sealed class BucketMessageSerializerTests : IAsyncLifetime
{
    private const int FrameBytes = 128_000;

    private static readonly BucketId Id = new(3, 2);

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
            new BarrierWanted(Id, 1),
        ];
        Assert.All(messages, message => Assert.Equal(message, Arrived(message)));

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

        var key = new ForecastKeyReport([1, 2], 3, 4, [9], [21, 22], [10, 11], 5.5, [6, 7], [new ErrorSums(1, 2, 3, 4)], [8], 12, 13, 14, 15, 16,
            new AlertCounts(17, 18, 19, 20));
        var report = new BucketReport(Id, 6, 7, [key]);
        var found = RoundTrip(report);
        Assert.Equal((Id, 6L, 7), (found.Bucket, found.LastApplied, found.TotalKeys));
        var only = Assert.IsType<ForecastKeyReport>(Assert.Single(found.Keys));
        Assert.Equal(key.Errors, only.Errors);
        Assert.Equal((3L, 4L, 5.5), (only.Records, only.Time, only.Value));
        Assert.Equal((15L, 16L, new AlertCounts(17, 18, 19, 20)), (only.DriftAlarms, only.AlertsRaised, only.Alerts));
        Assert.Equal([21L, 22], only.Recoveries);
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
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(1024)]
    public void Given_the_default_limits_when_chunks_are_cut_then_each_and_its_answer_fit_into_a_frame(int keyLength)
    {
        var keys = Enumerable.Range(0, 512).Select(i => $"{i:0000}".PadLeft(keyLength, 'x')).ToArray();
        var biggest = 0;
        new BucketChunker(1, new ChunkLimits()).Split(Examples.Decoded(5_000_000_000, 0, keys), (_, examples, _) =>
        {
            var chunk = new Chunk(Id, 0, -1, examples.Offsets[^1], examples, 5);
            var predictions = PredictionBatch.Allocate(examples.Count, new ForecastTask().PredictionWidth);
            Array.Fill(predictions.Values, 0.1);
            var ack = new Ack(Id, 0, chunk.Last, chunk.Last, 0, predictions);
            biggest = Math.Max(biggest, Math.Max(_system.Serialization.Serialize(chunk).Length, _system.Serialization.Serialize(ack).Length));
        });

        Assert.InRange(biggest, 1, FrameBytes - 4000);
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

    private T RoundTrip<T>(T message)
        where T : IBucketMessage => Assert.IsType<T>(Arrived(message));

    private object Arrived(IBucketMessage message)
    {
        var serializer = Assert.IsType<BucketMessageSerializer>(_system.Serialization.FindSerializerFor(message));
        var bytes = _system.Serialization.Serialize(message);
        return _system.Serialization.Deserialize(bytes, serializer.Identifier, serializer.Manifest(message));
    }
}

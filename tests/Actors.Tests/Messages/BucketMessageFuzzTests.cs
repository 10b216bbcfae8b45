using Akka.Actor;
using Akka.Configuration;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Watching;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Actors.Tests.Messages;

/// <summary>
/// Messages that are damaged on the way between nodes. Akka drops what an exception comes of; what ends a process, or takes memory on the
/// word of the bytes, must not come.
/// </summary>
public sealed class BucketMessageFuzzTests : IAsyncLifetime
{
    private const int Seed = 6;
    private const int Messages = 50_000;
    private const int MostBytes = 256 * 1024;
    private const int MostBytesPerByte = 64;

    private static readonly BucketId Id = new(3, 2);

    private static readonly IBucketMessage[] Good =
    [
        new Chunk(Id, 1, -1, 12, Examples.Of((10, "a"), (11, "bcd"), (12, "a")), 3),
        new Ack(
            Id, 1, 12, 12, 1,
            new PredictionBatch(
                [ExampleStatus.Predicted, ExampleStatus.TimeNotIncreasing], [7, 0], [1.5, 2, 3, 4], 2,
                [new DriftAlarm(1, 2)], [new AlertEvent(0, new AlertChange(true, 3, 4.5, 5.5, 6.5))])),
        new Rewind(Id, 4, -1),
        new Persist(Id, 1, 2, 3, 4),
        new Persisted(Id, 1, 2, 3),
        new PersistFailed(Id, 1, 2, "why"),
        new Release(Id, 1),
        new BucketFailed(Id, 1, "why"),
        new OwnerRefused(Id, 1),
        new HandingOver(Id, 1),
        new BarrierWanted(Id, 1),
        new GetBucketReport(Id, 5, 6),
        new Predict(Id, Examples.Of((10, "a"), (11, "bcd")), true),
        new Predicted(Id, 6, [new Foresight(ForesightStatus.Predicted, 7, 8, [1.5, 2]), Foresight.UnknownKey]),
        new PredictionRefused(Id, "why"),
        new GetKey(Id, [1, 2]),
        new KeyDescribed(Id, 6, new ForecastKeyReport([1, 2], 3, 4, [9], [21], [10, 11], true, 5.5, [6, 7], [new ErrorSums(1, 2, 3, 4)], [8]), Foresight.UnknownKey),
        new GetBucketKeys(Id, 5, 6),
        new BucketKeys(Id, 7, [new KeyGlance([1, 2], true, 3, 4, 5)]),
        new FindKeys(Id, new KeySearch("text", KeyOrder.Error, 50)),
        new FoundKeys(
            Id, 7, 5, [new KeyStanding([1, 2], 3, 4, 0.5, [1.5, double.NaN])], [new KeyEvent(5, 6, [1, 2], KeyEventKind.AlertRaised, 3, 4.5, 5.5)]),
        new WatchKey(Id, [1, 2], -2),
        new WatchedPoints(Id, true, 9, true, [8, 9], [1, 2], 2, [1.5, double.NaN, 2.5, 3.5]),
        new BucketReport(Id, 6, 7, [new ForecastKeyReport([1, 2], 3, 4, [9], [21], [10, 11], true, 5.5, [6, 7], [new ErrorSums(1, 2, 3, 4)], [8])]),
    ];

    // Heads of MessagePack that promise much, and depth.
    private static readonly byte[][] Pieces =
    [
        [0xdd, 0x7f, 0xff, 0xff, 0xff], [0xdd, 0xff, 0xff, 0xff, 0xff], [0xdd, 0, 0x10, 0, 0], [0xdc, 0xff, 0xff], [0xdf, 0x7f, 0xff, 0xff, 0xff],
        [0xc6, 0x7f, 0xff, 0xff, 0xff], [0xc6, 0xff, 0xff, 0xff, 0xff], [0xdb, 0x7f, 0xff, 0xff, 0xff], [0xc9, 0x7f, 0xff, 0xff, 0xff, 1],
        [0xde, 0xff, 0xff], [0x90], [0x91], [0x9f], [0x80], [0x81], [0x8f], [0xc0], [0xc1], [0xc2], [0xc3], [0xa0], [0xbf], [0xff], [0x7f],
        [0xca, 0x7f, 0xc0, 0, 0], [0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0], [0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        [0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], [0xd2, 0x80, 0, 0, 0], [0xd6, 0xff, 0, 0, 0, 0], [0xd4, 98, 0], [0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91],
    ];

    private readonly ActorSystem _system =
        ActorSystem.Create("fuzz", ConfigurationFactory.ParseString("akka.stdout-loglevel = off\nakka.loglevel = off"));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact]
    public void Given_any_damaged_message_when_it_is_read_then_it_is_a_message_or_an_exception_and_takes_no_memory_on_its_word()
    {
        var serializer = new BucketMessageSerializer((ExtendedActorSystem)_system);
        var good = Good.Select(message => (Manifest: serializer.Manifest(message), Bytes: serializer.ToBinary(message))).ToArray();
        var manifest = "";

        FuzzRun.Each(
            Seed, Messages,
            mutator =>
            {
                var message = mutator.One(good);
                manifest = message.Manifest;
                return mutator.Below(8) == 0 ? mutator.Bytes(300) : mutator.Mutate(message.Bytes, Pieces);
            },
            bytes =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    Assert.NotNull(serializer.FromBinary(bytes, manifest));
                }
                catch (Exception refusal) when (refusal is not (OutOfMemoryException or Xunit.Sdk.NotNullException))
                {
                }

                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.InRange(allocated, 0, MostBytes + (MostBytesPerByte * (long)bytes.Length));
            });
    }
}

using System.Text;
using StreamLearn.Actors.Events;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Tests.Events;

public sealed class EventsRouterTests
{
    private const int Partitions = 4;

    [Fact]
    public void Given_a_batch_of_a_source_when_it_is_routed_then_each_record_has_a_copy_or_is_a_dead_letter()
    {
        var batch = Examples.Decode(Examples.Records(
            40, 0, ("x", Examples.Json("a", 40)), ("x", "no json"), ("b", null), ("x", Examples.Json("c", 43)), ("x", "{}")));

        var routed = new EventsRouter(source: 2, Partitions).Route(batch);

        Assert.Equal(["a", "b", "c"], routed.Copies.Select(copy => Encoding.UTF8.GetString(copy.Key!)));
        Assert.All(routed.Copies, copy =>
        {
            Assert.Equal(EventsPartitioner.PartitionOf(copy.Key, Partitions), copy.Partition);
            Assert.Null(copy.Origin);
            Assert.NotNull(copy.Value);
        });
        Assert.Equal(
            [(41L, "malformed", "no json"), (44L, "missing-field", "{}")],
            routed.DeadLetters.Select(letter => (letter.SourceOffset, letter.Reason!, Encoding.UTF8.GetString(letter.Value!))));
        Assert.All(routed.DeadLetters, letter => Assert.Equal("x", Encoding.UTF8.GetString(letter.Key!)));
    }

    [Fact]
    public void Given_a_copy_that_is_too_large_when_it_is_routed_then_its_record_is_a_dead_letter_in_its_place()
    {
        var batch = Examples.Decode(Examples.Records(
            40, 0, ("x", Examples.Json("a", 40)), ("x", Examples.Json(new string('b', 500), 41)), ("x", "no json")));

        var routed = new EventsRouter(source: 2, Partitions, mostBytes: 500).Route(batch);

        Assert.Equal(["a"], routed.Copies.Select(copy => Encoding.UTF8.GetString(copy.Key!)));
        Assert.Equal([(41L, "too-large"), (42L, "malformed")], routed.DeadLetters.Select(letter => (letter.SourceOffset, letter.Reason!)));
    }

    [Fact]
    public void Given_an_event_time_that_is_not_believed_when_it_is_routed_then_its_record_is_a_dead_letter_but_no_tombstone_is()
    {
        var batch = Examples.Decode(Examples.Records(
            40, 0, ("x", Examples.Json("a", 40)), ("x", Examples.Json("b", 41)), ("b", null)));

        var routed = new EventsRouter(source: 2, Partitions).Route(batch, latest: batch.Examples.Times[0], timeField: "time");

        Assert.Equal(["a", "b"], routed.Copies.Select(copy => Encoding.UTF8.GetString(copy.Key!)));
        Assert.Equal([(41L, "time-jump", "time")], routed.DeadLetters.Select(letter => (letter.SourceOffset, letter.Reason!, letter.Field!)));
    }

    [Fact]
    public void Given_routed_copies_when_the_events_topic_is_decoded_then_the_examples_are_those_of_the_source_with_their_origins()
    {
        var batch = Examples.Decode(Examples.Records(
            40, 0, ("x", Examples.Json("a", 40)), ("y", Examples.Json("b", 41)), ("b", null), ("z", Examples.Json("a", 43))));
        var routed = new EventsRouter(source: 1, Partitions).Route(batch);
        var builder = new RecordBatchBuilder("p.events", 0, 10, 1 << 20);
        for (var i = 0; i < routed.Copies.Count; i++)
        {
            builder.Add(900 + i, 1, routed.Copies[i].Key, hasKey: true, routed.Copies[i].Value, hasValue: true);
        }

        var decoder = new EventsDecoder(
            [new("other", new RecordSchema().CreateDecoder()), new(Examples.Topic, new RecordSchema().CreateDecoder())]);
        var decoded = decoder.Decode(builder.Build(epoch: 0));

        Assert.Empty(decoded.DeadLetters);
        Assert.Equal(batch.Examples.KeyBytes, decoded.Examples.KeyBytes);
        Assert.Equal(batch.Examples.Times, decoded.Examples.Times);
        Assert.Equal(batch.Examples.Values, decoded.Examples.Values);
        Assert.Equal(
            [ExampleKind.Example, ExampleKind.Example, ExampleKind.Tombstone, ExampleKind.Example], decoded.Examples.Kinds);
        Assert.Equal(batch.Examples.Offsets, decoded.Examples.OriginOffsets);
        Assert.All(decoded.Examples.OriginPartitions, partition => Assert.Equal(3, partition));
        Assert.Equal(new RecordOrigin(Examples.Topic, 3), decoded.Records.OriginOf(3, out var offset));
        Assert.Equal(43, offset);
    }
}

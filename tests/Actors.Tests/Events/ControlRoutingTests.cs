using System.Globalization;
using System.Text;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Events;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Tests.Events;

/// <summary>What operators say on its way: from the router to the partitions of the events topic, and from there to buckets.</summary>
public sealed class ControlRoutingTests
{
    private const int Buckets = 4;

    private static readonly string[] Keys = ["a", "b", "c", "d", "e"];

    [Theory]
    [InlineData(ValueKind.Gauge)]
    [InlineData(ValueKind.Counter64)]
    public void Given_a_word_to_all_when_it_is_learned_then_every_bucket_has_heard_it_and_keys_that_come_later_are_frozen_too(ValueKind kind)
    {
        var pipeline = Pipeline(kind);
        var outputs = new List<OutputBatch>();
        using var rebuilt = new RebuiltOutputs(pipeline, outputs.Add);
        using var partition = new RebuiltPartition(pipeline, 1, 0, rebuilt);
        partition.Learn(Events(0, [.. Records(0, 20, "a")]));
        var freeze = new ControlRouter(3).Route(new ControlRecord(ControlVerb.Freeze, ControlScope.Pipeline, "r"), [], 7);

        Assert.Equal([0, 1, 2], freeze.Select(record => record.Partition));
        Assert.All(freeze, record => Assert.Null(record.Key));

        // Alone in its batch, and heard twice.
        partition.Learn(Events(20, freeze[1].Value!));
        partition.Learn(Events(21, [freeze[1].Value!, .. Records(20, 40, Keys)]));

        Assert.Equal(Keys.Select(key => (key, true)), partition.Report().Select(report => (Encoding.UTF8.GetString(report.Key), report.Frozen)).Order());
        Assert.Equal((20 + 100, 0), ((int)partition.Records, (int)partition.DeadLetters));
        Assert.DoesNotContain(outputs, batch => batch.Topic == pipeline.DeadLettersTopic && batch.Records.Count > 0);
        Assert.Equal(Buckets, partition.Checkpoints().Count());

        var unfreeze = new ControlRouter(3).Route(new ControlRecord(ControlVerb.Unfreeze, ControlScope.Pipeline, "r"), [], 8);
        partition.Learn(Events(200, unfreeze[1].Value!));
        Assert.All(partition.Report(), report => Assert.False(report.Frozen));
    }

    [Fact]
    public void Given_a_word_to_a_key_when_it_is_learned_then_it_is_where_the_keys_records_are_and_no_other_key_hears_it()
    {
        var pipeline = Pipeline(ValueKind.Gauge);
        foreach (var key in Keys)
        {
            var word = Assert.Single(new ControlRouter(3).Route(new ControlRecord(ControlVerb.Freeze, ControlScope.Key, "r"), Encoding.UTF8.GetBytes(key), 7));
            var copies = new EventsRouter(0, 3).Route(pipeline.Schema.CreateDecoder().Decode(Raw(key))).Copies;
            Assert.Equal(Assert.Single(copies).Partition, word.Partition);
            Assert.Equal(copies[0].Key, word.Key);

            using var partition = new RebuiltPartition(pipeline, 1, 0);
            partition.Learn(Events(0, [.. Records(0, 5, Keys)]));
            partition.Learn(Events(50, word.Value!));
            Assert.Equal(
                Keys.Select(other => (other, other == key)),
                partition.Report().Select(report => (Encoding.UTF8.GetString(report.Key), report.Frozen)).Order());
        }
    }

    [Fact]
    public void Given_a_word_that_cannot_be_read_when_it_is_learned_then_it_is_a_dead_letter_of_the_events_topic_once()
    {
        var pipeline = Pipeline(ValueKind.Gauge);
        var outputs = new List<OutputBatch>();
        using var rebuilt = new RebuiltOutputs(pipeline, outputs.Add);
        using var partition = new RebuiltPartition(pipeline, 1, 0, rebuilt);

        partition.Learn(Events(40, new EventEnvelope
        {
            Origin = new EventOrigin(EventOrigin.Controls, 0, 0), Timestamp = 5, HasKey = false, HasValue = true, Key = [], Value = "what?"u8,
        }.Encode()));

        var letter = Assert.Single(outputs.Where(batch => batch.Topic == pipeline.DeadLettersTopic).SelectMany(batch => batch.Records));
        Assert.Equal(("unusable", 40L), (letter.Reason, letter.SourceOffset));
        Assert.Equal(1, partition.DeadLetters);
    }

    [Fact]
    public void Given_a_frozen_bucket_when_it_is_stored_before_any_key_came_then_whoever_takes_it_is_frozen()
    {
        var pipeline = Pipeline(ValueKind.Gauge);
        var word = new ControlRouter(3).Route(new ControlRecord(ControlVerb.Freeze, ControlScope.Pipeline, "r"), [], 7)[1];
        var decoded = pipeline.CreateDecoder().Decode(Events(0, word.Value!));
        var chunks = new List<(int Bucket, ExampleBatch Examples)>();
        new BucketChunker(Buckets, pipeline.Chunks, pipeline.Plan).Split(decoded, (number, examples, _) => chunks.Add((number, examples)));
        Assert.Equal(Enumerable.Range(0, Buckets), chunks.Select(chunk => chunk.Bucket));

        var bucket = new BucketState(pipeline);
        var ack = Assert.IsType<Ack>(bucket.Receive(new Chunk(new BucketId(1, 2), 0, -1, 0, chunks[2].Examples, 1)));
        Assert.Equal([ExampleStatus.Controlled], ack.Predictions.Statuses);
        var checkpoint = bucket.TakeCheckpoint(-1);
        var again = new BucketState(pipeline, new StoredBucket(1, checkpoint.LastApplied, checkpoint.State, []));
        Assert.True(again.Fleet.IsFrozen("anybody"u8));

        // Sent again, the answer is remembered.
        var repeated = Assert.IsType<Ack>(bucket.Receive(new Chunk(new BucketId(1, 2), 0, -1, 0, chunks[2].Examples, 1)));
        Assert.Equal([ExampleStatus.Controlled], repeated.Predictions.Statuses);
    }

    private static PipelineDefinition Pipeline(ValueKind kind) => new()
    {
        Name = "links",
        Sources = [new PipelineSource("", "links", new RecordSchema { ValueKind = kind })],
        Plan = new ForecastPlan(
            new ForecastTask { Horizons = [1, 3], Counter = kind == ValueKind.Gauge ? null : new CounterOptions(kind) },
            [LearnerChoice.Named("forecast", "recursive-least-squares"), LearnerChoice.Named("forecast", "last-value")], seed: 1, 100),
        Buckets = Buckets,
        Partitions = 3,
        PredictionsTopic = "links.predictions",
        DeadLettersTopic = "links.dead-letter",
    };

    private static string Text(string key, int step) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"key":"{{key}}","time":{{1_700_000_000_000 + (step * 1000)}},"value":{{100 + (step * 3 % 17) + (step * 20)}}}""");

    private static RecordBatch Raw(string key)
    {
        var builder = new RecordBatchBuilder("links", 0, 1, 1 << 20);
        builder.Add(0, 5, [], hasKey: false, Encoding.UTF8.GetBytes(Text(key, 0)), hasValue: true);
        return builder.Build(epoch: 0);
    }

    private static IEnumerable<byte[]> Records(int from, int to, params string[] keys)
    {
        for (var step = from; step < to; step++)
        {
            foreach (var key in keys)
            {
                yield return new EventEnvelope
                {
                    Origin = new EventOrigin(0, 0, (step * 100) + Array.IndexOf(keys, key)),
                    Timestamp = 5,
                    HasKey = false,
                    HasValue = true,
                    Key = [],
                    Value = Encoding.UTF8.GetBytes(Text(key, step)),
                }.Encode();
            }
        }
    }

    private static RecordBatch Events(long offset, params byte[][] values)
    {
        var builder = new RecordBatchBuilder("links.events", 1, values.Length, 1 << 20);
        foreach (var value in values)
        {
            builder.Add(offset++, 5, [], hasKey: false, value, hasValue: true);
        }

        return builder.Build(epoch: 0);
    }
}

using System.Text;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Bandits;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;
using StreamLearn.Streams.Tests.Codecs;
using StreamLearn.Streams.Tests.Codecs.Bandits;
using StreamLearn.Streams.Tests.Fuzzing;
using StreamLearn.Streams.Tests.Records;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Streams.Tests.Events;

public class EventsDecoderTests
{
    private const int Seed = 8;
    private const int Records = 100_000;
    private const int BatchRecords = 200;
    private const int MostBytesPerRecord = 220;

    private static readonly RecordSchema Json = new();
    private static readonly RecordSchema Csv = new() { Format = "csv", Columns = ["time", "key", "value"] };

    [Fact]
    public void Given_copies_of_several_sources_when_they_are_decoded_then_each_is_decoded_as_its_source_says_and_in_order()
    {
        var records = Envelopes.Batch(
            Envelopes.Of(new EventOrigin(1, 7, 100), null, "1,a,10"),
            Envelopes.Of(new EventOrigin(0, 5, 3), "ignored", """{"key":"b","time":2,"value":20}"""),
            "no envelope"u8.ToArray(),
            Envelopes.Of(new EventOrigin(0, 5, 4), "x", "no json"),
            Envelopes.Of(new EventOrigin(1, 6, 9), "c", null, timestamp: 1234),
            null,
            Envelopes.Of(new EventOrigin(2, 0, 0), "c", "from a source that is not there"),
            Envelopes.Of(new EventOrigin(1, 7, 101), null, "3,b,30,too many"),
            Envelopes.Of(new EventOrigin(0, 5, 5), null, """{"key":"dd","time":4,"value":40}"""));

        var decoded = Decoder().Decode(records);

        Assert.Equal(
            [
                new(2, "bad-envelope", ""), new(3, "malformed", ""), new(5, "bad-envelope", ""), new(6, "bad-envelope", ""),
                new(7, "malformed", ""),
            ],
            decoded.DeadLetters);
        Assert.Equal([0, 1, 4, 8], decoded.Rows);
        Assert.Equal(["a", "b", "c", "dd"], Enumerable.Range(0, 4).Select(decoded.Key));
        Assert.Equal([10, 20, 0, 40], decoded.Examples.Values);
        Assert.Equal([1000, 2000, 1234, 4000], decoded.Examples.Times);
        Assert.Equal(ExampleKind.Tombstone, decoded.Examples.Kinds[2]);
        Assert.Equal([TimeUnit.Seconds, TimeUnit.Seconds, TimeUnit.Milliseconds, TimeUnit.Seconds], decoded.TimeForms);
        Assert.Equal([5000, 5001, 5004, 5008], decoded.Examples.Offsets);
        Assert.Equal("1,0,1,0", string.Join(',', decoded.Examples.OriginSources));
        Assert.Equal([7, 5, 6, 5], decoded.Examples.OriginPartitions);
        Assert.Equal([100, 3, 9, 5], decoded.Examples.OriginOffsets);
        Assert.Equal(0, decoded.KeyMismatches);
    }

    [Fact]
    public void Given_averages_between_copies_when_they_are_decoded_then_their_bytes_are_payloads_and_without_replicas_they_are_dead_letters()
    {
        var task = new BanditTask { Actions = ["a", "b"], SharedFeatures = 1, FeatureNames = "x" };
        var schema = new BanditSchema { Task = task, Features = ["x"] };
        var records = Envelopes.Batch(
            Envelopes.Of(new EventOrigin(EventOrigin.Averages, 0, 12), null, "average one", timestamp: 77),
            Envelopes.Of(new EventOrigin(0, 5, 3), null, """{"key":"k","id":"d","time":2,"x":1}"""),
            Envelopes.Of(new EventOrigin(1, 5, 3), null, "from a source that is not there"),
            Envelopes.Of(new EventOrigin(EventOrigin.Averages, 0, 15), null, "two"));

        var decoded = new EventsDecoder([new EventSource("ctx", schema.CreateDecoder())], "p.contributions").Decode(records);

        Assert.Equal([0, 1, 3], decoded.Rows);
        Assert.Equal([ExampleKind.Average, ExampleKind.Example, ExampleKind.Average], decoded.Examples.Kinds);
        Assert.Equal(["average one", "two"], Enumerable.Range(0, 2).Select(at => Encoding.UTF8.GetString(decoded.Examples.Payload(2 * at))));
        Assert.Equal("255,0,255", string.Join(',', decoded.Examples.OriginSources));
        Assert.Equal([12, 3, 15], decoded.Examples.OriginOffsets);
        Assert.Equal([77, 2000, 1000], decoded.Examples.Times);
        Assert.Equal("k", decoded.Key(1));
        Assert.Equal(("p.contributions", 0), (decoded.Records.OriginOf(3, out var offset).Topic, decoded.Records.OriginOf(3, out _).Partition));
        Assert.Equal(15, offset);
        Assert.Equal(
            [new(0, "bad-envelope", ""), new(2, "bad-envelope", ""), new(3, "bad-envelope", "")],
            new EventsDecoder([new EventSource("ctx", schema.CreateDecoder())]).Decode(records).DeadLetters);
    }

    [Fact]
    public void Given_records_of_requests_between_copies_when_they_are_decoded_then_each_is_read_as_the_source_it_names_and_is_from_this_topic()
    {
        var decoded = Decoder().Decode(Envelopes.Batch(
            Envelopes.Of(new EventOrigin(EventOrigin.Requests, 1, 0), null, "1,a,10"),
            Envelopes.Of(new EventOrigin(EventOrigin.Requests, 0, 0), null, """{"key":"b","time":2,"value":20}"""),
            Envelopes.Of(new EventOrigin(0, 5, 3), null, """{"key":"b","time":3,"value":30}"""),
            Envelopes.Of(new EventOrigin(EventOrigin.Requests, 2, 0), null, "of a source that is not there"),
            Envelopes.Of(new EventOrigin(EventOrigin.Requests, 0, 0), null, "no json")));

        Assert.Equal(["a", "b", "b"], Enumerable.Range(0, 3).Select(decoded.Key));
        Assert.Equal([10, 20, 30], decoded.Examples.Values);
        Assert.Equal([new(3, "bad-envelope", ""), new(4, "malformed", "")], decoded.DeadLetters);
        Assert.Equal("254,254,0", string.Join(',', decoded.Examples.OriginSources));
        Assert.Equal(new RecordOrigin("p.events", 2), decoded.Records.OriginOf(1, out var offset));
        Assert.Equal(5001, offset);
        Assert.NotEqual("p.events", decoded.Records.OriginOf(2, out offset).Topic);
        Assert.Equal(3, offset);
    }

    [Fact]
    public void Given_words_of_operators_between_copies_when_they_are_decoded_then_they_have_their_keys_and_their_bytes_are_payloads()
    {
        var records = Envelopes.Batch(
            Envelopes.Of(new EventOrigin(EventOrigin.Controls, 0, 0), null, "to all", timestamp: 77),
            Envelopes.Of(new EventOrigin(0, 5, 3), null, """{"key":"k","time":2,"value":1}"""),
            Envelopes.Of(new EventOrigin(EventOrigin.Controls, 0, 0), "k", "to one"));

        var decoded = new EventsDecoder([new EventSource("load", new RecordSchema().CreateDecoder())]).Decode(records);

        Assert.Empty(decoded.DeadLetters);
        Assert.Equal([ExampleKind.Control, ExampleKind.Example, ExampleKind.Control], decoded.Examples.Kinds);
        Assert.Equal(["", "k", "k"], Enumerable.Range(0, 3).Select(decoded.Key));
        Assert.Equal(["to all", "", "to one"], Enumerable.Range(0, 3).Select(at => Encoding.UTF8.GetString(decoded.Examples.Payload(at))));
        Assert.Equal([0, 1, 0], decoded.Examples.Values);

        // They come from nowhere but there.
        Assert.Equal(new RecordOrigin("p.events", 2), decoded.Records.OriginOf(2, out var offset));
        Assert.Equal(5002, offset);
    }

    [Fact]
    public void Given_copies_when_they_are_decoded_then_the_records_are_those_of_the_sources_and_what_is_no_copy_stays_as_it_is()
    {
        var decoded = Decoder().Decode(Envelopes.Batch(Envelopes.Of(new EventOrigin(1, 7, 100), "k", "1,a,10"), "damaged"u8.ToArray()));

        var records = decoded.Records;
        Assert.Equal(("p.events", 2, 4), (records.Topic, records.Partition, records.Epoch));
        Assert.Equal(("k", "1,a,10"), (Encoding.UTF8.GetString(records.Key(0)), Encoding.UTF8.GetString(records.Value(0))));
        Assert.Equal(("events-key", "damaged"), (Encoding.UTF8.GetString(records.Key(1)), Encoding.UTF8.GetString(records.Value(1))));
        Assert.Equal([1000, 77], records.Timestamps);
        Assert.Equal(new RecordOrigin("csv-topic", 7), records.OriginOf(0, out var offset));
        Assert.Equal(100, offset);
        Assert.Equal(new RecordOrigin("p.events", 2), records.OriginOf(1, out offset));
        Assert.Equal(5001, offset);
        var known = new RecordOrigin("csv-topic", 7);
        Assert.Same(known, records.OriginOf(0, out _, known));
        Assert.NotSame(known, records.OriginOf(1, out _, known));
    }

    [Fact]
    public void Given_the_message_key_as_key_when_copies_are_decoded_then_it_is_the_key_of_the_record_and_not_of_its_copy()
    {
        var decoder = new EventsDecoder([new("t", new RecordSchema { Key = "", Time = "" }.CreateDecoder())]);

        var decoded = decoder.Decode(Envelopes.Batch(
            Envelopes.Of(new EventOrigin(0, 0, 0), "own", """{"value":1}""", timestamp: 9),
            Envelopes.Of(new EventOrigin(0, 0, 1), null, """{"value":2}""")));

        Assert.Equal(("own", "series"), (decoded.Key(0), decoded.Key(1)));
        Assert.Equal([9, 1000], decoded.Examples.Times);
    }

    [Fact]
    public void Given_counters_when_copies_are_decoded_then_readings_stay_exact()
    {
        var counters = Json with { ValueKind = ValueKind.Counter64 };
        var decoder = new EventsDecoder([new("a", counters.CreateDecoder()), new("b", counters.CreateDecoder())]);

        var decoded = decoder.Decode(Envelopes.Batch(
            Envelopes.Of(new EventOrigin(1, 0, 0), null, """{"key":"a","time":1,"value":18446744073709551615}"""),
            Envelopes.Of(new EventOrigin(0, 0, 0), null, """{"key":"a","time":1,"value":9007199254740993}""")));

        Assert.Equal([ulong.MaxValue, 9007199254740993], decoded.Examples.Readings);
    }

    [Fact]
    public void Given_contexts_and_rewards_when_copies_are_decoded_then_each_keeps_its_payload_and_ids_say_where_records_come_from()
    {
        var contexts = Bandit.Vw;
        var rewards = new RewardSchema { Task = contexts.Task, Key = "key" };
        var decoder = new EventsDecoder([new("contexts", contexts.CreateDecoder()), new("rewards", rewards.CreateDecoder())]);

        var decoded = decoder.Decode(Envelopes.Batch(
            Envelopes.Of(new EventOrigin(1, 0, 3), null, """{"key":"k","id":"contexts-6-17","cost":0.5}"""),
            Envelopes.Of(new EventOrigin(0, 6, 17), "k", "| a\n| b"),
            Envelopes.Of(new EventOrigin(1, 0, 4), "k", null),
            Envelopes.Of(new EventOrigin(1, 0, 5), null, """{"key":"k","id":"x","reward":1}""")));

        Assert.Equal([new(3, "wrong-feedback", "reward, expected cost")], decoded.DeadLetters);
        Assert.Equal(0, decoded.Examples.Width);
        Assert.Equal(0, decoded.Examples.Payload(2).Length);
        var (reward, context) = (SeenRecord.Of(decoded, 0), SeenRecord.Of(decoded, 1));
        Assert.Equal((BanditRecordKind.Feedback, "k", "contexts-6-17", 0.5), (reward.Kind, reward.Key, reward.Id, reward.Feedback));
        Assert.Equal((BanditRecordKind.Context, "k", "contexts-6-17", 2), (context.Kind, context.Key, context.Id, context.Actions));
    }

    [Fact]
    public void Given_records_read_directly_when_they_are_decoded_then_they_have_no_origins()
    {
        var decoded = Json.CreateDecoder().Decode(BatchOf.Values("""{"key":"a","time":1,"value":2}"""));

        Assert.Empty(decoded.Examples.OriginSources);
        Assert.Equal(new RecordOrigin("link-load", 3), decoded.Records.OriginOf(0, out var offset));
        Assert.Equal(BatchOf.FirstOffset, offset);
    }

    [Fact]
    public void Given_sources_with_other_columns_or_none_when_their_decoder_is_made_then_it_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new EventsDecoder([]));
        Assert.Throws<ArgumentException>(
            () => new EventsDecoder([new("a", Json.CreateDecoder()), new("b", (Json with { Features = ["x"] }).CreateDecoder())]));
    }

    [Fact]
    public void Given_a_large_batch_when_it_is_decoded_then_nothing_is_allocated_for_each_record_but_columns()
    {
        var decoder = Decoder();
        var records = Envelopes.Batch([.. Enumerable.Range(0, 10_000).Select(i => i % 3 == 0
            ? Envelopes.Of(new EventOrigin(0, 1, i), null, $$"""{"key":"link-{{i % 100:000}}","time":1,"value":{{i}}}""")
            : Envelopes.Of(new EventOrigin(1, 1, i), null, $"1,link-{i % 100:000},{i}"))]);
        decoder.Decode(records);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Empty(decoder.Decode(records).DeadLetters);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, records.Count * MostBytesPerRecord);
    }

    [Fact]
    public void Given_any_copies_when_they_are_decoded_then_each_becomes_what_its_record_would_have_become_alone_or_is_a_dead_letter()
    {
        var mutator = new ByteMutator(Seed);
        var decoder = Decoder();
        IRecordDecoder[] alone = [Json.CreateDecoder(), Csv.CreateDecoder()];
        for (var number = 0; number < Records / BatchRecords; number++)
        {
            var batch = Envelopes.Batch([.. Enumerable.Range(0, BatchRecords).Select(_ => Copy(mutator))]);
            var decoded = decoder.Decode(batch);

            var expected = Enumerable.Range(0, BatchRecords).Select(row => Expected(batch, row, alone)).ToArray();
            var examples = decoded.Rows.Select((row, i) => (row, Text(decoded.Examples, i)));
            var letters = decoded.DeadLetters.Select(letter => (letter.Row, $"{letter.Reason} {letter.Field}"));
            Assert.Equal(Enumerable.Range(0, BatchRecords).Zip(expected), examples.Concat(letters).Order());
        }
    }

    private static EventsDecoder Decoder() => new([new("json-topic", Json.CreateDecoder()), new("csv-topic", Csv.CreateDecoder())]);

    private static byte[]? Copy(ByteMutator mutator)
    {
        var source = (byte)mutator.Below(2);
        var record = RecordMutator.Record(mutator, source == 0 ? "json" : "csv");
        var envelope = new EventEnvelope
        {
            Origin = new EventOrigin(source, mutator.Below(4), mutator.Below(1000)),
            Timestamp = record.Timestamp,
            HasKey = record.Key is not null,
            HasValue = record.Value is not null,
            Key = record.Key,
            Value = record.Value,
        }.Encode();
        return mutator.Below(5) switch
        {
            0 => mutator.Mutate(envelope, [[0xff, 0xff, 0xff, 0x7f], [1], [2], [0]]),
            1 => mutator.Below(10) == 0 ? null : envelope,
            _ => envelope,
        };
    }

    private static string Expected(RecordBatch batch, int row, IRecordDecoder[] decoders)
    {
        if (!batch.HasValue(row) || !EventEnvelope.TryDecode(batch.Value(row), out var envelope) || envelope.Origin.Source > 1)
        {
            return "bad-envelope ";
        }

        var builder = new RecordBatchBuilder("t", 0, 1, int.MaxValue);
        builder.Add(batch.Offsets[row], envelope.Timestamp, envelope.Key, envelope.HasKey, envelope.Value, envelope.HasValue);
        var decoded = decoders[envelope.Origin.Source].Decode(builder.Build(epoch: 0));
        return decoded.DeadLetters.Length > 0
            ? $"{decoded.DeadLetters[0].Reason} {decoded.DeadLetters[0].Field}"
            : Text(decoded.Examples, 0, envelope.Origin);
    }

    private static string Text(ExampleBatch examples, int i, EventOrigin? origin = null) =>
        $"{examples.Offsets[i]} {examples.Kinds[i]} {Convert.ToHexString(examples.Key(i))} {examples.Times[i]} {examples.Row(i)[0]:R} "
        + (origin ?? new EventOrigin(examples.OriginSources[i], examples.OriginPartitions[i], examples.OriginOffsets[i]));
}

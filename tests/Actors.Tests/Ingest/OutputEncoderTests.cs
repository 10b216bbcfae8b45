using System.Text;
using System.Text.Json;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Tests.Pipelines;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Tests.Ingest;

public sealed class OutputEncoderTests
{
    [Fact]
    public void Given_an_answered_chunk_when_it_is_encoded_then_each_prediction_has_its_key_its_record_and_the_fields_of_the_design()
    {
        using var encoder = new OutputEncoder(Examples.Pipeline());
        var source = Examples.Decoded(10, 0, "x", "a", "b");
        var predictions = PredictionBatch.Allocate(2, 6);
        predictions.Values[6] = 42.5;
        predictions.ModelVersions[1] = 9;

        var encoded = encoder.Encode(Answered(source, [1, 2], 0, predictions));

        Assert.Equal((2, 0, 0), (encoded.Predicted, encoded.Refused, encoded.Forgotten));
        Assert.Equal("load.predictions", encoded.Predictions.Topic);
        Assert.Equal(new RecordOrigin("load", 3), encoded.Predictions.Origin);
        Assert.Equal([11, 12], encoded.Predictions.Records.Select(record => record.SourceOffset));
        Assert.Equal("b", Encoding.UTF8.GetString(encoded.Predictions.Records[1].Key!));
        using var json = JsonDocument.Parse(encoded.Predictions.Records[1].Value!);
        Assert.Equal(["key", "time", "forecasts", "model_version"], json.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal(42.5, json.RootElement.GetProperty("forecasts")[0].GetProperty("value").GetDouble());
        Assert.Equal(9, json.RootElement.GetProperty("model_version").GetInt64());
        Assert.Empty(encoded.DeadLetters.Records);
    }

    [Fact]
    public void Given_copies_in_the_events_topic_when_outputs_are_encoded_then_they_name_the_records_that_were_copied()
    {
        using var encoder = new OutputEncoder(
            Examples.Watched() with { Sources = [new("loads", "loads", new RecordSchema()), new("more", "more", new RecordSchema())] });
        var decoder = new EventsDecoder(
            [new("loads", new RecordSchema().CreateDecoder()), new("more", new RecordSchema().CreateDecoder())]);
        var builder = new RecordBatchBuilder("test.events", 1, 4, 1 << 20);
        Add(0, new EventOrigin(0, 4, 70), Examples.Json("a", 0));
        Add(1, new EventOrigin(1, 2, 30), Examples.Json("b", 1));
        Add(2, new EventOrigin(1, 2, 31), "no json");
        builder.Add(3, 0, [], hasKey: false, "no envelope"u8, hasValue: true);
        var source = decoder.Decode(builder.Build(epoch: 0));
        var predictions = new PredictionBatch(
            [ExampleStatus.Predicted, ExampleStatus.TimeNotIncreasing], new long[2], new double[12], 6, [new DriftAlarm(1, 0)]);

        var encoded = encoder.Encode(Answered(source, [0, 1], 0, predictions));

        Assert.Equal([(70L, new RecordOrigin("loads", 4))], Origins(encoded.Predictions));
        Assert.Equal([(30L, new RecordOrigin("more", 2))], Origins(encoded.Drift));
        Assert.Equal(
            [(31L, new RecordOrigin("more", 2)), (3L, new RecordOrigin("test.events", 1)), (30L, new RecordOrigin("more", 2))],
            Origins(encoded.DeadLetters));
        Assert.Equal(["malformed", "bad-envelope", "time-not-increasing"], encoded.DeadLetters.Records.Select(letter => letter.Reason!));
        Assert.Equal(Examples.Json("b", 1), Encoding.UTF8.GetString(encoded.DeadLetters.Records[2].Value!));

        void Add(long offset, EventOrigin origin, string value) => builder.Add(
            offset, 0, "k"u8, hasKey: true,
            new EventEnvelope
            {
                Origin = origin, Timestamp = 5, HasKey = false, HasValue = true, Key = default, Value = Encoding.UTF8.GetBytes(value),
            }.Encode(),
            hasValue: true);

        static IEnumerable<(long, RecordOrigin?)> Origins(OutputBatch batch) =>
            batch.Records.Select(record => (record.SourceOffset, record.Origin ?? batch.Origin));
    }

    [Theory]
    [InlineData(ExampleStatus.TimeNotIncreasing, "time-not-increasing", "time")]
    [InlineData(ExampleStatus.NotFinite, "not-finite", "value")]
    public void Given_a_refused_example_when_it_is_encoded_then_its_record_is_a_dead_letter(ExampleStatus status, string reason, string field)
    {
        using var encoder = new OutputEncoder(Examples.Pipeline());
        var source = Examples.Decoded(10, 0, "a");

        var encoded = encoder.Encode(Answered(source, [0], 0, new PredictionBatch([status], [0], new double[6], 6)));

        Assert.Equal((0, 1, 0), (encoded.Predicted, encoded.Refused, encoded.Forgotten));
        var letter = Assert.Single(encoded.DeadLetters.Records);
        Assert.Equal((reason, field, 10L), (letter.Reason, letter.Field, letter.SourceOffset));
        Assert.Equal(Examples.Json("a", 10), Encoding.UTF8.GetString(letter.Value!));
    }

    [Fact]
    public void Given_events_when_they_are_encoded_then_those_of_records_that_went_out_before_are_left_out()
    {
        using var encoder = new OutputEncoder(Examples.Watched());
        var source = Examples.Decoded(10, 0, "a", "b", "c", "d");
        var change = new AlertChange(Raised: true, 3, 118.5, 121.25, 105);
        var predictions = new PredictionBatch(
            new ExampleStatus[3], new long[3], new double[18], 6,
            [new DriftAlarm(0, 0), new DriftAlarm(2, 0)],
            [new AlertEvent(0, change), new AlertEvent(1, change), new AlertEvent(2, change with { Raised = false })], [0, 1, 1, 2]);

        var encoded = encoder.Encode(Answered(source, [0, 1, 2, 3], 1, predictions, from: 12));

        Assert.Equal((2, 1, 1, 3), (encoded.Predicted, encoded.DriftAlarms, encoded.AlertsRaised, encoded.Evictions));
        Assert.Equal(("load.drift", "load.alerts"), (encoded.Drift.Topic, encoded.Alerts.Topic));
        Assert.Equal(new RecordOrigin("load", 3), encoded.Alerts.Origin);
        var alarm = Assert.Single(encoded.Drift.Records);
        Assert.Equal((13L, "d"), (alarm.SourceOffset, Encoding.UTF8.GetString(alarm.Key!)));
        Assert.Equal(
            $$"""{"key":"d","time":{{source.Examples.Times[3]}},"detector":"page-hinkley","on":"input","reaction":"none"}""",
            Encoding.UTF8.GetString(alarm.Value!));
        Assert.Equal([12, 13], encoded.Alerts.Records.Select(record => record.SourceOffset));
        Assert.Equal(
            $$"""{"key":"c","time":{{source.Examples.Times[2]}},"state":"raised","horizon":3,"forecast":118.5,"bound":121.25,"""
            + "\"threshold\":105,\"probability\":0.5}",
            Encoding.UTF8.GetString(encoded.Alerts.Records[0].Value!));
        Assert.Contains("\"state\":\"cleared\"", Encoding.UTF8.GetString(encoded.Alerts.Records[1].Value!), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_reading_without_a_rate_and_a_dropped_record_when_they_are_encoded_then_they_are_counted_and_nothing_is_written()
    {
        using var encoder = new OutputEncoder(Examples.Pipeline());
        var predictions = new PredictionBatch(
            [ExampleStatus.NoRate, ExampleStatus.Dropped, ExampleStatus.Dropped], new long[3], new double[18], 6);

        var encoded = encoder.Encode(Answered(Examples.Decoded(10, 0, "a", "a", "a"), [0, 1, 2], 0, predictions));

        Assert.Equal((0, 0, 0, 1, 2), (encoded.Predicted, encoded.Refused, encoded.Forgotten, encoded.WithoutRate, encoded.Dropped));
        Assert.Empty(encoded.Predictions.Records);
        Assert.Empty(encoded.DeadLetters.Records);
        var progress = new Actors.Pipelines.PipelineProgress();
        progress.AddDelivered(encoded);
        Assert.Equal((3L, 1L, 2L), (progress.Records, progress.NoRate, progress.Dropped));
    }

    [Fact]
    public void Given_records_that_are_no_examples_when_they_are_encoded_then_they_keep_key_and_value()
    {
        using var encoder = new OutputEncoder(Examples.Pipeline());
        var source = Examples.Decode(Examples.Records(5, 0, ("k", "no json"), ("k", Examples.Json("k", 6)), ("k", "{\"key\":\"k\",\"time\":1}")));

        var encoded = encoder.Encode(new AnsweredBatch(source, [], 0));

        Assert.Equal("load.dead-letter", encoded.DeadLetters.Topic);
        Assert.Equal(
            [(5L, "malformed", ""), (7L, "missing-field", "value")],
            encoded.DeadLetters.Records.Select(letter => (letter.SourceOffset, letter.Reason!, letter.Field!)));
        Assert.Equal("no json", Encoding.UTF8.GetString(encoded.DeadLetters.Records[0].Value!));
        Assert.Equal("k", Encoding.UTF8.GetString(encoded.DeadLetters.Records[0].Key!));
        Assert.Equal((0, 2, 0), (encoded.Predicted, encoded.Refused, encoded.Forgotten));
        Assert.Equal(7, Assert.Single(encoder.Encode(new AnsweredBatch(source, [], 6)).DeadLetters.Records).SourceOffset);
    }

    [Fact]
    public void Given_answers_that_went_out_before_when_they_are_encoded_then_they_are_left_out()
    {
        using var encoder = new OutputEncoder(Examples.Pipeline());
        var source = Examples.Decoded(0, 0, "a", "a", "a", "a");

        var encoded = encoder.Encode(Answered(source, [0, 1, 2, 3], 1, PredictionBatch.Allocate(3, 6), from: 2));

        Assert.Equal([2, 3], encoded.Predictions.Records.Select(record => record.SourceOffset));
        Assert.Equal(2, encoded.Predicted);
        Assert.Equal(4, encoded.Next);
    }

    [Fact]
    public void Given_a_tombstone_or_no_topic_when_it_is_encoded_then_it_is_counted_and_nothing_is_written()
    {
        using var encoder = new OutputEncoder(Examples.Pipeline() with { PredictionsTopic = "" });
        var source = Examples.Decode(Examples.Records(0, 0, ("a", Examples.Json("a", 0)), ("a", null)));
        var predictions = new PredictionBatch([ExampleStatus.Predicted, ExampleStatus.Forgotten], [0, 0], new double[12], 6);

        var encoded = encoder.Encode(Answered(source, [0, 1], 0, predictions));

        Assert.Equal((1, 0, 1), (encoded.Predicted, encoded.Refused, encoded.Forgotten));
        Assert.Empty(encoded.Predictions.Records);
        Assert.Empty(encoded.DeadLetters.Records);
    }

    private static AnsweredBatch Answered(DecodedBatch source, int[] rows, int firstRow, PredictionBatch predictions, long from = 0) =>
        new(source, [new AnsweredChunk(rows, firstRow, predictions)], from);
}

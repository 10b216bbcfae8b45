using System.Text;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Tests.Pipelines;

/// <summary>Small pipelines, records and examples for tests.</summary>
internal static class Examples
{
    internal const string Topic = "load";

    internal static PipelineDefinition Pipeline(int buckets = 1, ChunkLimits? chunks = null, int maxKeys = 100) => new()
    {
        Name = "test",
        Sources = [new PipelineSource("", Topic, new RecordSchema())],
        Plan = new ForecastPlan(
            new ForecastTask { Horizons = [1, 3] },
            [LearnerChoice.Named("forecast", "recursive-least-squares"), LearnerChoice.Named("forecast", "last-value")], seed: 1, maxKeys),
        Buckets = buckets,
        PredictionsTopic = "load.predictions",
        DeadLettersTopic = "load.dead-letter",
        Chunks = chunks ?? new ChunkLimits(),
    };

    /// <summary>The same with a detector that often gives an alarm, and alerts that come and go; written to topics of their own.</summary>
    internal static PipelineDefinition Watched(int buckets = 1, ChunkLimits? chunks = null)
    {
        var pipeline = Pipeline(buckets, chunks);
        var settings = new Dictionary<string, string>
        {
            ["threshold"] = "0.1", ["cool-down"] = "0", ["min-count"] = "3", ["direction"] = "both",
        };
        return pipeline with
        {
            Plan = new ForecastPlan(
                ((ForecastPlan)pipeline.Plan).Task, pipeline.Plan.Learners, pipeline.Plan.Seed, pipeline.Plan.MaxKeys,
                [new(DriftDetectorCatalog.Find("page-hinkley")!, new OptionSet("drift.detectors", settings), DriftSignal.Input)],
                new AlertOptions { Above = 0.5, Capacity = 210 }),
            DriftTopic = "load.drift",
            AlertsTopic = "load.alerts",
        };
    }

    /// <summary>Examples of one key at the offsets.</summary>
    internal static ExampleBatch At(params long[] offsets) => Of([.. offsets.Select(offset => (offset, "a"))]);

    internal static ExampleBatch Of(params (long Offset, string Key)[] rows)
    {
        var keys = rows.Select(row => Encoding.UTF8.GetBytes(row.Key)).ToArray();
        var end = 0;
        return new ExampleBatch(
            [.. rows.Select(row => row.Offset)], [.. rows.Select(row => TimeOf(row.Offset))], new ExampleKind[rows.Length],
            [.. keys.SelectMany(key => key)], [.. keys.Select(key => end += key.Length)], [.. rows.Select(row => ValueOf(row.Offset))], 1);
    }

    /// <summary>A batch of records as a source reads it; null values are tombstones.</summary>
    internal static RecordBatch Records(long firstOffset, int epoch, params (string Key, string? Value)[] records)
    {
        var builder = new RecordBatchBuilder(Topic, 3, maxRecords: Math.Max(1, records.Length), maxBytes: 1 << 20);
        for (var i = 0; i < records.Length; i++)
        {
            var (key, value) = records[i];
            builder.Add(
                firstOffset + i, 1000, Encoding.UTF8.GetBytes(key), hasKey: true, Encoding.UTF8.GetBytes(value ?? ""), hasValue: value is not null);
        }

        return builder.Build(epoch);
    }

    /// <summary>A batch of good records, one for each key.</summary>
    internal static DecodedBatch Decoded(long firstOffset, int epoch, params string[] keys) =>
        Decode(Records(firstOffset, epoch, [.. keys.Select((key, i) => (key, (string?)Json(key, firstOffset + i)))]));

    internal static DecodedBatch Decode(RecordBatch records) => new RecordSchema().CreateDecoder().Decode(records);

    internal static string Json(string key, long offset) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"key":"{{key}}","time":{{TimeOf(offset)}},"value":{{ValueOf(offset)}}}""");

    /// <summary>A key whose bucket is the one wanted.</summary>
    internal static string KeyIn(int bucket, int buckets, int number = 0) =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"key-{i}")
            .Where(key => BucketChunker.BucketOf(Encoding.UTF8.GetBytes(key), buckets) == bucket).ElementAt(number);

    private static long TimeOf(long offset) => 1_700_000_000_000 + (60_000 * offset);

    private static double ValueOf(long offset) => 100 + (10 * Math.Sin(offset * 0.7)) + (offset % 7);
}

using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Options;
using StreamLearn.Streams.Codecs.Bandits;

namespace StreamLearn.Actors.Tests.Pipelines;

/// <summary>A bandit pipeline with one model, of which each partition has a replica.</summary>
internal static class ReplicatedPipeline
{
    internal const int Partitions = 3;

    /// <summary>Features of the contexts of <see cref="Large"/>.</summary>
    internal const int LargeFeatures = 1500;

    /// <summary>One whose model goes in several slices, which contributes with each record, and in which missing feedback counts.</summary>
    internal static PipelineDefinition Large()
    {
        var pipeline = Create();
        var plan = (BanditPlan)pipeline.Plan;
        var task = plan.Task with { SharedFeatures = LargeFeatures, Join = new JoinOptions { Missing = 0 } };
        return pipeline with { Plan = new BanditPlan(task, plan.Learners, 1, 100, replicas: new ReplicaOptions { Every = 1, SliceBytes = ReplicaOptions.LeastSliceBytes }) };
    }

    /// <summary>Examples of the one model.</summary>
    internal static ExampleBatch Examples(long firstOffset, (long Time, Action<BanditRecordWriter> Write)[] records)
    {
        var writer = new BanditRecordWriter();
        var ends = new int[records.Length];
        for (var i = 0; i < records.Length; i++)
        {
            records[i].Write(writer);
            ends[i] = writer.Length;
        }

        return new ExampleBatch(
            [.. records.Select((_, i) => firstOffset + i)], [.. records.Select(record => record.Time)], new ExampleKind[records.Length], [], new int[records.Length], [], 0,
            payloads: writer.Written.ToArray(), payloadEnds: ends).WithKey("offers"u8);
    }

    internal static PipelineDefinition Create(int every = 10)
    {
        var schema = new BanditSchema { Task = new BanditTask { Actions = ["a", "b"] }, Features = ["x"] };
        schema = schema with { Task = schema.Fit(schema.Task) };
        var learner = new LearnerChoice(BanditCatalog.Find("linear-square-cb")!, new OptionSet("learner", new Dictionary<string, string>()));
        return new PipelineDefinition
        {
            Name = "offers",
            Sources = [new("contexts", "ctx", schema), new("rewards", "rew", new RewardSchema { Task = schema.Task })],
            Plan = new BanditPlan(schema.Task, [learner], 1, 100, replicas: new ReplicaOptions { Every = every }),
            PredictionsTopic = "offers.decisions",
            DeadLettersTopic = "offers.dead-letter",
            Partitions = Partitions,
            Buckets = 4,
        };
    }
}

using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Options;
using StreamLearn.Streams.Codecs.Bandits;

namespace StreamLearn.Actors.Tests.Pipelines;

/// <summary>A bandit pipeline with one model, of which each partition has a replica.</summary>
internal static class ReplicatedPipeline
{
    internal const int Partitions = 3;

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

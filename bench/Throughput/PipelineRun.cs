using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Bench.Throughput;

/// <summary>The pipeline as a user runs it: a node, sharded learners, predictions on their topic.</summary>
internal static class PipelineRun
{
    internal static IEnumerable<string> Outputs(int round) => [$"throughput-{round}.predictions", $"throughput-{round}.dead-letter"];

    internal static async Task<Measurement> MeasureAsync(string bootstrapServers, int round)
    {
        // One horizon: a prediction is then about as long as the record that it is for, as in the bare loop.
        var config = StreamLearnConfig.Load(null, [], $$"""
            streamlearn {
              kafka { bootstrap-servers = "{{bootstrapServers}}" }
              pipelines.throughput-{{round}} {
                source { topic = {{Workload.Topic}}, co-partitioned = on }
                task { horizons = [1] }
                learner { kind = last-value }
                rivals = []
              }
            }
            """);
        await using var node = await StreamLearnNode.StartAsync(config, TimeProvider.System);
        var pipeline = node.Pipelines[0];
        var progress = pipeline.Progress;
        // From the first record read, as in the bare loop: what lies in between is on the way, not free.
        await UntilAsync(() => progress.HasBuckets);
        var meter = new Meter();
        await UntilAsync(() => progress.Predictions + progress.DeadLetters >= Workload.Records);
        var measurement = meter.Read(progress.Predictions);
        await node.DrainAsync();
        return progress.Predictions == Workload.Records
            ? measurement
            : throw new InvalidOperationException($"The pipeline made {progress.Predictions} predictions; expected {Workload.Records}.");

        async Task UntilAsync(Func<bool> reached)
        {
            while (!reached())
            {
                if (pipeline.Completion.IsCompleted)
                {
                    await pipeline.Completion;
                }

                await Task.Delay(1);
            }
        }
    }
}

using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Bench.Programs;

/// <summary>The pipeline as a user runs it: a node, sharded learners, checkpoints in SQLite, predictions on their topic.</summary>
internal static class PipelineRun
{
    internal static async Task<Measurement> MeasureAsync(string bootstrapServers, PipelineLoad load)
    {
        var folder = Directory.CreateTempSubdirectory("streamlearn-bench-");
        try
        {
            return await MeasureAsync(Config(bootstrapServers, load, folder), load.Records);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Measurement> MeasureAsync(StreamLearnConfig config, int records)
    {
        await using var node = await StreamLearnNode.StartAsync(config, TimeProvider.System);
        var pipeline = node.Pipelines[0];
        var progress = pipeline.Progress;
        // From the first record read, as in the bare loop: what lies in between is on the way, not free.
        await UntilAsync(() => progress.HasBuckets);
        var meter = new Meter();
        await UntilAsync(() => progress.Predictions + progress.DeadLetters >= records);
        var measurement = meter.Read(progress.Predictions) with { Checkpoints = progress.Barriers };
        await node.DrainAsync();
        return progress.Predictions == records
            ? measurement
            : throw new InvalidOperationException($"The pipeline made {progress.Predictions} predictions; expected {records}.");

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

    private static StreamLearnConfig Config(string bootstrapServers, PipelineLoad load, DirectoryInfo folder) => StreamLearnConfig.Load(null, [], $$"""
        streamlearn {
          kafka { bootstrap-servers = "{{bootstrapServers}}" }
          checkpoint.store.path = "{{Path.Combine(folder.FullName, "checkpoints.db")}}"
          {{load.Settings}}
          pipelines.{{load.Name}} {
            source { topic = {{load.Topic}}, co-partitioned = on }
            {{load.Pipeline}}
          }
        }
        """);
}

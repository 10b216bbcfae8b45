using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Fleets;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Output;

/// <summary>What <c>demo</c>, <c>run</c> and <c>evaluate</c> say at the end.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Seed">Seed of all randomness.</param>
/// <param name="Counts">What became of the records.</param>
/// <param name="Seconds">From the first record to the last output.</param>
/// <param name="Summary">How the learners stand.</param>
internal sealed record PipelineSummary(PipelineDefinition Pipeline, ulong Seed, RecordCounts Counts, double Seconds, TaskSummary Summary)
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = RelaxedJson.Encoder };

    /// <summary>As the task has it.</summary>
    internal TaskView View { get; } = TaskView.Of(Pipeline, Summary);

    /// <summary>One JSON object; a score that is not known, or not finite, is null.</summary>
    /// <param name="byKey">Whether to add the scores of each key.</param>
    internal JsonObject ToJson(bool byKey)
    {
        var json = Counted(Pipeline, Counts, Seconds);
        json["state_hash"] = Summary.StateHash();
        json["seed"] = Seed;
        json["keys"] = Summary.Reports.Count;
        json["learner"] = Pipeline.Plan.Learners[0].Registration.Kind;
        View.AddTo(json);
        json["learners"] = View.Learners();
        if (byKey)
        {
            json["by_key"] = new JsonArray([.. Summary.Reports.Select(Key)]);
        }

        return json;
    }

    /// <summary>What is known without the learners.</summary>
    internal static JsonObject Counted(PipelineDefinition pipeline, RecordCounts counts, double seconds) => new()
    {
        ["pipeline"] = pipeline.Name,
        ["task"] = pipeline.Plan.TaskName,
        ["records"] = counts.Records,
        ["predictions"] = counts.Predictions,
        ["dead_letters"] = counts.DeadLetters,
        ["tombstones"] = counts.Tombstones,
        ["no_rate"] = counts.NoRate,
        ["dropped"] = counts.Dropped,
        ["evictions"] = counts.Evictions,
        ["skipped"] = counts.Skipped,
        ["records_per_second"] = seconds > 0 ? Math.Round(counts.Records / seconds, 1) : null,
        ["seconds"] = Math.Round(seconds, 3),
    };

    internal static string Line(JsonNode json) => json.ToJsonString(OneLine);

    private JsonNode Key(KeyReport key)
    {
        var json = new JsonObject { ["key"] = Encoding.UTF8.GetString(key.Key), ["records"] = key.Records };
        View.AddTo(json, key);
        return json;
    }
}

using System.Text.Json;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cli.Output;
using StreamLearn.Learners;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Tests.Output;

public sealed class PipelineSummaryTests
{
    private static readonly string[] Scores = ["mae", "rmse", "smape", "skill", "skill_by_horizon"];

    [Fact]
    public void Given_a_summary_when_it_is_json_then_it_is_one_line_with_every_key_of_the_design()
    {
        using var json = JsonDocument.Parse(Line(out var line));

        Assert.DoesNotContain('\n', line);
        var names = json.RootElement.EnumerateObject().Select(field => field.Name).ToArray();
        string[] promised =
        [
            "no_rate", "dropped", "evictions", "clamped_elapsed", "drift_alarms", "alerts_raised", "alert_precision", "alert_recall",
            "coverage_by_horizon",
            "pipeline", "task", "records", "predictions", "dead_letters", "records_per_second", "seconds", "state_hash", "learners", .. Scores,
        ];
        Assert.All(promised, name => Assert.Contains(name, names));
        Assert.All(names, name => Assert.Matches("^[a-z]+(_[a-z]+)*$", name));
        Assert.Equal(
            ["recursive-least-squares", "last-value"],
            json.RootElement.GetProperty("learners").EnumerateArray().Select(learner => learner.GetProperty("learner").GetString()!));
        Assert.All(
            json.RootElement.GetProperty("learners").EnumerateArray(),
            learner => Assert.All(
                [.. Scores, "refused_updates", "recoveries"], score => Assert.True(learner.TryGetProperty(score, out _), score)));
    }

    [Fact]
    public void Given_counts_when_they_are_json_then_records_are_their_sum_and_the_rate_is_theirs()
    {
        using var json = JsonDocument.Parse(Line(out _));
        var root = json.RootElement;

        Assert.Equal(
            (10L, 7L, 2L, 4.0, 2.5),
            (root.GetProperty("records").GetInt64(), root.GetProperty("predictions").GetInt64(), root.GetProperty("dead_letters").GetInt64(),
                root.GetProperty("seconds").GetDouble(), root.GetProperty("records_per_second").GetDouble()));
        Assert.Equal("forecast", root.GetProperty("task").GetString());
    }

    [Fact]
    public void Given_nothing_scored_when_it_is_json_then_scores_are_null_and_the_horizons_keep_their_places()
    {
        using var json = JsonDocument.Parse(Line(out _));

        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("skill").ValueKind);
        Assert.Equal("[null,null]", json.RootElement.GetProperty("skill_by_horizon").GetRawText());
    }

    private static string Line(out string line)
    {
        var pipeline = new PipelineDefinition
        {
            Name = "test",
            Sources = [new PipelineSource("", "t", new RecordSchema())],
            Plan = new ForecastPlan(
                new ForecastTask { Horizons = [1, 3] },
                [LearnerChoice.Named("forecast", "recursive-least-squares"), LearnerChoice.Named("forecast", "last-value")], 1, 10),
            PredictionsTopic = "",
            DeadLettersTopic = "",
        };
        var summary = new PipelineSummary(pipeline, 1, new RecordCounts(7, 2, 1), 4, pipeline.Plan.Summarize([]));
        return line = PipelineSummary.Line(summary.ToJson(byKey: false));
    }
}

using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

public sealed class EvaluateTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    [Fact]
    public async Task Given_the_same_records_as_json_and_csv_when_they_are_evaluated_then_the_learning_is_the_same()
    {
        var json = _folder.Write("records.json", SampleRecords.Json(1500));
        var csv = _folder.Write("records.csv", SampleRecords.Csv(1500));

        var fromJson = await StreamLearnProcess.RunJsonAsync("evaluate", "--data", json, "--rival", "last-value", "--step", "5m");
        var fromCsv = await StreamLearnProcess.RunJsonAsync("evaluate", "--data", csv, "--rival", "last-value", "--step", "5m");

        Assert.Equal(SampleRecords.LearningOf(fromJson), SampleRecords.LearningOf(fromCsv));
        Assert.Equal((1500, 1500, 0), Counts(fromJson));
        Assert.True(fromJson.GetProperty("skill").GetDouble() > 0.3, fromJson.GetRawText());
        Assert.Equal(0, fromJson.GetProperty("learners")[1].GetProperty("skill").GetDouble());
    }

    [Fact]
    public async Task Given_a_configuration_when_a_file_is_evaluated_then_its_pipeline_counts_and_predictions_can_be_written()
    {
        var data = _folder.Write("records.json", SampleRecords.Json(600));
        var config = _folder.Write("link-load.conf", SampleRecords.Config("127.0.0.1:1", _folder.PathOf("checkpoints.db")));
        var predictions = _folder.PathOf("predictions.json");

        var summary = await StreamLearnProcess.RunJsonAsync(
            "evaluate", "--config", config, "--pipeline", "link-load", "--data", data, "--predictions", predictions);

        Assert.Equal("link-load", summary.GetProperty("pipeline").GetString());
        Assert.Equal(4, summary.GetProperty("learners").GetArrayLength());
        Assert.Equal(2, summary.GetProperty("skill_by_horizon").GetArrayLength());
        var lines = await File.ReadAllLinesAsync(predictions);
        Assert.Equal(600, lines.Length);
        using var last = JsonDocument.Parse(lines[^1]);
        Assert.Equal("link-4", last.RootElement.GetProperty("key").GetString());
        Assert.Equal(1_078_099_200 + (300 * 119), last.RootElement.GetProperty("time").GetInt64());
    }

    [Fact]
    public async Task Given_bad_records_when_a_file_is_evaluated_then_they_are_counted_and_the_good_ones_learned()
    {
        var good = SampleRecords.Json(100).ToArray();
        string[] bad = ["no json", "{\"link\":\"link-0\"}", "{\"link\":\"link-0\",\"ts\":1,\"load\":\"much\"}", "[1,2]", "{\"link\":\"link-0\",\"ts\":1,\"load\":1e999}"];
        var mixed = _folder.Write("mixed.json", good[..50].Concat(bad).Concat(good[50..]));
        var clean = _folder.Write("clean.json", good);

        var result = await StreamLearnProcess.RunAsync("evaluate", "--data", mixed, "--json");

        Assert.Equal((105, 100, 5), Counts(result.Json));
        Assert.Contains("dead letter: mixed.json, record 50: malformed", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            (await StreamLearnProcess.RunJsonAsync("evaluate", "--data", clean)).GetProperty("state_hash").GetString(), result.Json.GetProperty("state_hash").GetString());
    }

    public void Dispose() => _folder.Dispose();

    private static (int Records, int Predictions, int DeadLetters) Counts(JsonElement json) =>
        (json.GetProperty("records").GetInt32(), json.GetProperty("predictions").GetInt32(), json.GetProperty("dead_letters").GetInt32());
}

using System.Globalization;
using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>Files of features and labels.</summary>
public sealed class SupervisedEvaluateTests : IDisposable
{
    private const int Records = 1200;
    private readonly WorkFolder _folder = new();

    [Fact]
    public async Task Given_the_same_labelled_records_as_csv_and_json_when_they_are_evaluated_then_the_learning_is_the_same()
    {
        var csv = _folder.Write("flows.csv", Numbers().Select(number => Text($"{X(number)},{Y(number)},{ClassOf(number)}.0")).Prepend("x,y,label"));
        var json = _folder.Write("flows.json", Numbers().Select(number => Text($"{{\"note\":\"n\",\"features\":{{\"x\":{X(number)},\"y\":{Y(number)}}},\"label\":\"{ClassOf(number)}\"}}")));

        var fromCsv = await StreamLearnProcess.RunJsonAsync("evaluate", "--task", "classify", "--data", csv);
        var fromJson = await StreamLearnProcess.RunJsonAsync("evaluate", "--task", "classify", "--data", json);

        Assert.Equal(SampleRecords.LearningOf(fromCsv), SampleRecords.LearningOf(fromJson));
        Assert.Equal(
            ["mlp-classifier", "logistic", "naive-bayes", "last-label", "majority"],
            fromCsv.GetProperty("learners").EnumerateArray().Select(learner => learner.GetProperty("learner").GetString()!));
        Assert.Equal((Records, Records, 0, 2, Records), (Count(fromCsv, "records"), Count(fromCsv, "predictions"), Count(fromCsv, "dead_letters"), Count(fromCsv, "classes"), Count(fromCsv, "scored")));
        foreach (var scored in fromCsv.GetProperty("learners").EnumerateArray().Prepend(fromCsv))
        {
            Assert.All((string[])["accuracy", "kappa", "kappa_temporal", "log_loss", "brier", "ece"], score => Assert.Equal(JsonValueKind.Number, scored.GetProperty(score).ValueKind));
        }

        Assert.InRange(fromCsv.GetProperty("accuracy").GetDouble(), 0.85, 1);
        Assert.Equal(fromCsv.GetProperty("accuracy").GetDouble(), fromCsv.GetProperty("learners")[0].GetProperty("accuracy").GetDouble());
        var weighed = fromCsv.GetProperty("learners")[0].GetProperty("reweighting");
        Assert.Equal((weighed.GetProperty("samples").GetDouble(), 1), (weighed.GetProperty("ess").GetDouble(), weighed.GetProperty("max_weight").GetDouble()));
        Assert.True(weighed.GetProperty("loss_range").GetDouble() > 0);
    }

    [Fact]
    public async Task Given_fields_that_are_called_as_usual_when_a_file_is_evaluated_then_they_are_no_features_and_predictions_carry_them()
    {
        var csv = _folder.Write(
            "flows.csv",
            Numbers().Select(number => Text($"k{number % 2},f{number},{1000 + number},{X(number)},{Y(number)},{(number % 4 == 3 ? "" : ClassOf(number))}")).Prepend("key,id,time,x,y,class"));
        var predictions = _folder.PathOf("predictions.json");

        var summary = await StreamLearnProcess.RunJsonAsync(
            "evaluate", "--task", "classify", "--data", csv, "--by-key", "--predictions", predictions, "--learner", "logistic", "--rivals", "majority", "--set", "learner.learning-rate=0.3");

        Assert.Equal((Records, Records, Records * 3 / 4), (Count(summary, "records"), Count(summary, "predictions"), Count(summary, "scored")));
        Assert.Equal((0, 0), (Count(summary, "waiting"), Count(summary.GetProperty("labels"), "missing")));
        Assert.Equal(["k0", "k1"], summary.GetProperty("by_key").EnumerateArray().Select(key => key.GetProperty("key").GetString()!));
        Assert.Equal(["logistic", "majority"], summary.GetProperty("learners").EnumerateArray().Select(learner => learner.GetProperty("learner").GetString()!));
        var lines = await File.ReadAllLinesAsync(predictions);
        Assert.Equal(Records, lines.Length);
        Assert.Equal("""{"key":"k0","time":1000,"id":"f0","value":null,"probabilities":{},"model_version":0}""", lines[0]);
        var last = JsonDocument.Parse(lines[^1]).RootElement;
        Assert.Equal(("k1", 1000 + Records - 1, $"f{Records - 1}"), (last.GetProperty("key").GetString(), last.GetProperty("time").GetInt32(), last.GetProperty("id").GetString()));
        Assert.Equal(1, last.GetProperty("probabilities").EnumerateObject().Sum(one => one.Value.GetDouble()), 1e-9);
        Assert.Contains(last.GetProperty("value").GetString(), (string[])["0", "1"]);
    }

    [Fact]
    public async Task Given_a_number_to_be_predicted_when_a_file_is_evaluated_then_it_is_scored_against_the_baselines()
    {
        var csv = _folder.Write("flows.csv", Numbers().Select(number => Text($"{X(number)},{Y(number)},{(3 * X(number)) - Y(number)}")).Prepend("x,y,rate"));

        var summary = await StreamLearnProcess.RunJsonAsync("evaluate", "--task", "regress", "--data", csv, "--label", "rate", "--predictions", _folder.PathOf("p.json"));

        Assert.Equal(
            ["mlp-regressor", "linear-regression", "last-target", "running-mean"], summary.GetProperty("learners").EnumerateArray().Select(learner => learner.GetProperty("learner").GetString()!));
        foreach (var scored in summary.GetProperty("learners").EnumerateArray().Prepend(summary))
        {
            Assert.All((string[])["mae", "rmse", "smape", "skill"], score => Assert.Equal(JsonValueKind.Number, scored.GetProperty(score).ValueKind));
        }

        Assert.Equal(0, summary.GetProperty("learners")[2].GetProperty("skill").GetDouble());
        Assert.InRange(summary.GetProperty("skill").GetDouble(), 0.5, 1);
        var last = JsonDocument.Parse((await File.ReadAllLinesAsync(_folder.PathOf("p.json")))[^1]).RootElement;
        Assert.Equal(["key", "time", "id", "value", "model_version"], last.EnumerateObject().Select(field => field.Name));
        Assert.Equal(JsonValueKind.Number, last.GetProperty("value").ValueKind);
    }

    [Fact]
    public async Task Given_bad_records_and_labels_that_are_no_class_when_a_file_is_evaluated_then_they_are_counted_by_reason()
    {
        var csv = _folder.Write("flows.csv", ["x,y,label", "1,2,0", "1,nan,0", "1,,0", "one,2,0", "1,2,3,4", "1,2,2", "2,1,1", $"1,1,{new string('l', 200)}"]);

        var result = await StreamLearnProcess.RunAsync(
            "evaluate", "--task", "classify", "--data", csv, "--json", "--set", "pipelines.evaluation.task.classes=[0, 1]");

        Assert.Equal((8, 2, 6), (Count(result.Json, "records"), Count(result.Json, "predictions"), Count(result.Json, "dead_letters")));
        Assert.Contains("1 bad-label, 1 malformed, 1 missing-field, 1 not-finite, 1 unknown-label, 1 wrong-type", result.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"label\":1,\"name\":\"n\"}", "has no features: its first record's numbers and booleans are [label, name]; expected some besides key, time, id and label")]
    [InlineData("label\n1", "has no features: its columns are [label]; expected some besides key, time, id and label")]
    [InlineData("x,x,label\n1,2,3", "has the column 'x' twice")]
    public async Task Given_a_file_without_features_or_label_when_it_is_evaluated_then_one_line_says_so(string text, string expected)
    {
        var file = _folder.Write("flows.txt", text.Split('\n'));

        var result = await StreamLearnProcess.RunAsync("evaluate", "--task", "classify", "--data", file, "--json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<int> Numbers() => Enumerable.Range(0, Records);

    private static double X(int number) => (number * 37 % 101 / 50.0) - 1;

    private static double Y(int number) => (number * 53 % 89 / 44.0) - 1;

    private static int ClassOf(int number) => X(number) + (0.3 * Y(number)) > 0.1 ? 1 : 0;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static int Count(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}

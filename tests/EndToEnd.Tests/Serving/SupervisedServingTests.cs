using System.Globalization;
using System.Text.Json;
using StreamLearn.EndToEnd.Tests.Nodes;
using StreamLearn.EndToEnd.Tests.Programs;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.EndToEnd.Tests.Serving;

/// <summary>Classes and numbers: with their labels on one topic, with labels that come later on another, and over HTTP.</summary>
public sealed class SupervisedServingTests : IDisposable
{
    private const int Records = 900;

    private static readonly string[] Topics = ["flows", "labels", "flows.events", "flows.predictions", "flows.dead-letter"];
    private readonly WorkFolder _folder = new();

    [Theory]
    [InlineData("classify", "accuracy")]
    [InlineData("regress", "mae")]
    public async Task Given_the_same_records_when_they_are_learned_live_and_from_a_file_then_scores_and_state_agree_to_the_last_bit(string task, string score)
    {
        var pipeline = Pipeline(task, "", "");
        string[] records = [.. Enumerable.Range(0, Records).Select(number => Labelled(task, number)), "{\"host\":\"a\",\"time\":1,\"x\":\"much\",\"y\":1}"];
        await using var served = await ServedNode.StartAsync(pipeline, Topics);
        await served.ProduceAsync("flows", records.Select((record, number) => ((string?)HostOf(number), record)));
        await served.AnsweredAsync(Records + 1);
        await served.Node.DrainAsync();
        var summary = (SupervisedSummary)await served.Pipeline.SummarizeAsync();

        var file = await StreamLearnProcess.RunJsonAsync(
            "evaluate", "--config", _folder.Write("flows.conf", pipeline), "--data", _folder.Write("flows.json", records), "--by-key");

        Assert.Equal(file.GetProperty("state_hash").GetString(), summary.StateHash());
        var live = task == "classify"
            ? summary.ClassScoresOf(0, Learners.Scoring.ScoreView.SinceStart).Accuracy
            : summary.TargetScoresOf(0, Learners.Scoring.ScoreView.SinceStart).Mae;
        Assert.Equal(live, file.GetProperty(score).GetDouble());
        Assert.Equal((Records, 1), (file.GetProperty("predictions").GetInt32(), file.GetProperty("dead_letters").GetInt32()));
        Assert.Equal(3, file.GetProperty("by_key").GetArrayLength());
        Assert.Equal(Records, served.Read("flows.predictions").Count);
        var letter = Assert.Single(served.Read("flows.dead-letter"));
        Assert.Equal(("wrong-type", "x"), (letter.Headers["sl-reason"], letter.Headers["sl-field"]));
        if (task == "classify")
        {
            Assert.InRange(live, 0.8, 1);
        }
    }

    [Fact]
    public async Task Given_labels_on_a_second_topic_when_they_come_after_their_features_then_they_are_joined_and_a_replay_has_the_same_state()
    {
        await using var served = await ServedNode.StartAsync(
            Pipeline("classify", "labels { topic = labels, key = host }", "classes = [low, high], late = dead-letter, duplicates = dead-letter"), Topics);
        await served.ProduceAsync("flows", Enumerable.Range(0, 300).Select(number => ((string?)HostOf(number), Features(number))));
        await served.ProduceAsync("flows", [("a", "{\"host\":\"a\",\"time\":1,\"x\":1,\"y\":1}")]);
        await served.AnsweredAsync(301);
        await served.ProduceAsync("labels", Enumerable.Range(0, 300).Select(number => ((string?)HostOf(number), Label(number))));
        await served.AnsweredAsync(601);

        // One that has had its label, one of no class, one whose features nobody has seen.
        await served.ProduceAsync("labels", [("a", Label(0)), ("b", Label(1).Replace("low", "odd", StringComparison.Ordinal).Replace("high", "odd", StringComparison.Ordinal)),
            ("a", "{\"host\":\"a\",\"id\":\"nobody\",\"time\":1000,\"label\":\"low\"}")]);
        await served.AnsweredAsync(604);

        // A second set of features is predicted by what has been learned.
        await served.ProduceAsync("flows", Enumerable.Range(300, 100).Select(number => ((string?)HostOf(number), Features(number))));
        await served.AnsweredAsync(704);
        var summary = (SupervisedSummary)await served.Pipeline.SummarizeAsync();

        Assert.Equal((400L, 300L, 1L, 1L), (summary.Predicted, summary.Join.Joined, summary.Join.Duplicates, summary.Join.Held));
        Assert.Equal(100, summary.Waiting);
        var predictions = served.Read("flows.predictions").Select(one => one.Value).ToList();
        Assert.All(predictions, one => Assert.Equal(["key", "time", "id", "value", "probabilities", "model_version"], one.EnumerateObject().Select(field => field.Name)));
        Assert.All(predictions, one => Assert.Equal(["low", "high"], one.GetProperty("probabilities").EnumerateObject().Select(field => field.Name)));
        var later = predictions.Where(one => NumberOf(one) >= 300).ToList();
        Assert.Equal(100, later.Count);
        Assert.InRange(later.Count(one => one.GetProperty("value").GetString() == ClassOf(NumberOf(one))), 80, 100);
        Assert.All(later, one => Assert.True(one.GetProperty("model_version").GetInt64() > 0));
        Assert.Equal(
            [("duplicate-feedback", "id"), ("missing-field", "id"), ("unknown-label", "label")],
            served.Read("flows.dead-letter").Select(letter => (letter.Headers["sl-reason"], letter.Headers["sl-field"])).Order());
        var hash = summary.StateHash();
        Assert.Equal(hash, await served.ReplayAsync());
    }

    [Fact]
    public async Task Given_a_node_when_features_and_labels_come_over_HTTP_then_what_it_would_predict_is_what_it_predicts_and_nothing_changes_before()
    {
        await using var served = await ServedNode.StartAsync(Pipeline("classify", "labels { topic = labels, key = host }", ""), Topics);
        await served.ProduceAsync("flows", Enumerable.Range(0, 200).Select(number => ((string?)HostOf(number), Features(number))));
        await served.AnsweredAsync(200);
        await served.LearnAsync($$"""{"records":[{{string.Join(',', Enumerable.Range(0, 200).Select(Label))}}],"source":"labels"}""");
        await served.AnsweredAsync(400);
        var hash = await served.HashAsync();

        var foreseen = await served.PredictAsync($$"""{"record":{{Features(500)}}}""");
        for (var time = 0; time < 5; time++)
        {
            Assert.Equal(foreseen.GetRawText(), (await served.PredictAsync($$"""{"record":{{Features(500)}},"source":"features"}""")).GetRawText());
        }

        Assert.Equal(hash, await served.HashAsync());
        await served.LearnAsync($$"""{"record":{{Features(500)}},"source":"features"}""");
        await served.AnsweredAsync(401);
        var predicted = served.Read("flows.predictions").Single(one => one.Value.GetProperty("id").GetString() == "f500").Value;
        Assert.Equal(predicted.GetRawText(), foreseen.GetRawText());
        Assert.Equal(["high", "low"], foreseen.GetProperty("probabilities").EnumerateObject().Select(field => field.Name).Order());
    }

    [Theory]
    [InlineData("""{"key":"a"}""", "an answer of the task classify is made on one")]
    [InlineData("""{"record":{"host":"a","id":"x","label":"low"},"source":"labels"}""", "'source' is not one that fits; expected one of features.")]
    [InlineData("""{"record":{"host":"a","id":"x","time":1,"x":"old","y":1}}""", "Record 0: wrong-type, field 'x'; expected the type that the source has")]
    [InlineData("""{"record":{"host":"a","time":1,"x":1,"y":1}}""", "Record 0: missing-field, field 'id'; expected the field, and not null.")]
    [InlineData("""{"record":{"host":"a","id":"x","time":1,"x":1,"y":1,"label":""}}""", "Record 0: bad-label, field 'label'; expected a label of 1 to 128 bytes of UTF-8")]
    public async Task Given_features_that_cannot_be_predicted_on_when_it_is_asked_about_then_it_is_said_what_is_wrong(string body, string detail)
    {
        await using var served = await ServedNode.StartAsync(Pipeline("classify", "labels { topic = labels, key = host }", ""), Topics);

        var (status, problem, _) = await served.PostAsync("v1/pipelines/flows/predict", body);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, status);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Pipeline(string task, string sources, string settings) =>
        $$"""
        streamlearn.pipelines.flows {
          source { key = host, features = [x, y], co-partitioned = on }
          sources { {{sources}} }
          task { kind = {{task}}{{(settings.Length == 0 ? "" : ", " + settings)}} }
          buckets = 2
        }
        """;

    private static string HostOf(int number) => "abc"[number % 3].ToString();

    private static double X(int number) => (number * 37 % 101 / 50.0) - 1;

    private static double Y(int number) => (number * 53 % 89 / 44.0) - 1;

    private static string ClassOf(int number) => X(number) + (0.3 * Y(number)) > 0.1 ? "high" : "low";

    private static string Features(int number) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"host\":\"{HostOf(number)}\",\"id\":\"f{number}\",\"time\":{1000 + number},\"x\":{X(number)},\"y\":{Y(number)}}}");

    private static string Label(int number) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"host\":\"{HostOf(number)}\",\"id\":\"f{number}\",\"time\":{1300 + number},\"label\":\"{ClassOf(number)}\"}}");

    private static string Labelled(string task, int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"host\":\"{HostOf(number)}\",\"time\":{1000 + number},\"x\":{X(number)},\"y\":{Y(number)},\"label\":{(task == "classify" ? $"\"{ClassOf(number)}\"" : X(number) - (2 * Y(number)))}}}");

    private static int NumberOf(JsonElement prediction) => int.Parse(prediction.GetProperty("id").GetString()![1..], CultureInfo.InvariantCulture);
}

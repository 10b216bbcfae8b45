using System.Globalization;
using System.Net;
using System.Text.Json;
using StreamLearn.EndToEnd.Tests.Programs;

namespace StreamLearn.EndToEnd.Tests.Serving;

/// <summary>Forecasts over HTTP: what is asked changes nothing, what is learned is in the log.</summary>
public sealed class ForecastServingTests
{
    private const int Records = 200;

    private static readonly string[] Topics = ["link-load", "link-load.events", "link-load.predictions", "link-load.dead-letter"];

    [Theory]
    [InlineData("recursive-least-squares", "on", "link-load")]
    [InlineData("multilayer-perceptron", "off", "link-load.events")]
    [InlineData("liquid", "on", "link-load")]
    public async Task Given_a_node_when_it_is_asked_and_told_over_HTTP_then_only_what_it_was_told_is_learned_and_a_replay_has_the_same_state(
        string learner, string coPartitioned, string log)
    {
        await using var served = await ServedNode.StartAsync(Pipeline(learner, coPartitioned), Topics);
        await served.ProduceAsync("link-load", Range(0, Records));
        await served.AnsweredAsync(Records);
        var (hash, published) = (await served.HashAsync(), LastPublished(served));

        // What was said last, what would be said next, and of all keys at once.
        foreach (var (key, last) in published)
        {
            var recalled = await served.PredictAsync($$"""{"key":"{{key}}"}""");
            Assert.Equal(Numbers(last), Numbers(recalled));
            Assert.Equal(last.GetProperty("model_version").GetInt64(), recalled.GetProperty("model_version").GetInt64());
        }

        var next = Enumerable.Range(Records, SampleRecords.Keys).Select(SampleRecords.JsonOf).ToList();
        var foreseen = new List<JsonElement>();
        foreach (var record in next)
        {
            foreseen.Add(await served.PredictAsync($$"""{"record":{{record}}}"""));
        }

        var batch = await served.PredictAsync($$"""{"records":[{{string.Join(',', next)}}, {"link":"nobody","ts":1,"load":1}, {{SampleRecords.JsonOf(0)}}]}""");
        var answers = batch.GetProperty("predictions").EnumerateArray().ToList();
        Assert.Equal(foreseen.Select(one => one.GetRawText()), answers.Take(next.Count).Select(one => one.GetRawText()));
        Assert.Equal([404, 409], answers.Skip(next.Count).Select(one => one.GetProperty("problem").GetProperty("status").GetInt32()));
        Assert.Equal(hash, await served.HashAsync());
        Assert.Equal(Records, served.Pipeline.Progress.Records);

        // What would be said is what is said, to the bit.
        var written = new List<JsonElement> { await served.LearnAsync($$"""{"record":{{next[0]}}}""") };
        written.AddRange((await served.LearnAsync($$"""{"records":[{{string.Join(',', next.Skip(1))}}]}""")).GetProperty("records").EnumerateArray());
        await served.AnsweredAsync(Records + next.Count);
        var said = LastPublished(served);
        Assert.All(foreseen, one => Assert.Equal(one.GetRawText(), said[one.GetProperty("key").GetString()!].GetRawText()));
        Assert.All(written, place => Assert.Equal(log, place.GetProperty("topic").GetString()));
        var byPlace = served.Read("link-load.predictions").ToDictionary(
            one => (one.Headers["sl-topic"], int.Parse(one.Headers["sl-partition"], CultureInfo.InvariantCulture), long.Parse(one.Headers["sl-offset"], CultureInfo.InvariantCulture)),
            one => one.Value.GetProperty("key").GetString());
        Assert.Equal(
            foreseen.Select(one => one.GetProperty("key").GetString()),
            written.Select(place => byPlace[(log, place.GetProperty("partition").GetInt32(), place.GetProperty("offset").GetInt64())]));
        Assert.NotEqual(hash, await served.HashAsync());

        await served.ProduceAsync("link-load", Range(Records + next.Count, 50));
        await served.AnsweredAsync(Records + next.Count + 50);
        hash = await served.HashAsync();
        Assert.Equal(Nodes.NodeWorld.UndisturbedHash(served.Pipeline.Definition, Records + next.Count + 50), hash);
        Assert.Equal(hash, await served.ReplayAsync());
    }

    [Fact]
    public async Task Given_a_node_when_its_pipelines_and_keys_are_asked_for_then_they_are_as_its_summary_has_them()
    {
        await using var served = await ServedNode.StartAsync(Pipeline("recursive-least-squares", "on"), Topics, "metrics.every=1d");
        await served.ProduceAsync("link-load", Range(0, Records).Concat([("a/b ü\r\nX-Evil: 1", Odd)]));
        await served.AnsweredAsync(Records + 1);
        await served.Node.Metrics!.MeasureAsync();
        var hash = await served.HashAsync();

        var (status, list, _) = await served.GetAsync("v1/pipelines");
        Assert.Equal(HttpStatusCode.OK, status);
        var pipeline = Assert.Single(list.GetProperty("pipelines").EnumerateArray());
        Assert.Equal(
            ("link-load", "forecast", "running", "recursive-least-squares", Records + 1, Records + 1, 0, SampleRecords.Keys + 1),
            (Text("pipeline"), Text("task"), Text("state"), Text("learner"), Whole("records"), Whole("predictions"), Whole("dead_letters"), Whole("keys")));
        Assert.Equal(["last-value"], pipeline.GetProperty("rivals").EnumerateArray().Select(rival => rival.GetString()));
        Assert.Equal("link-load.predictions", pipeline.GetProperty("topics").GetProperty("predictions").GetString());

        var keys = new List<JsonElement>();
        for (var skip = 0; skip < SampleRecords.Keys + 3; skip += 2)
        {
            var page = (await served.GetAsync($"v1/pipelines/link-load/keys?skip={skip}&take=2")).Json;
            Assert.Equal(SampleRecords.Keys + 1, page.GetProperty("total_keys").GetInt32());
            keys.AddRange(page.GetProperty("keys").EnumerateArray());
        }

        var reports = (await Actors.Pipelines.PipelineReports.CollectAsync(served.Pipeline.Definition, served.Pipeline.Buckets, served.Pipeline.Progress.Buckets))
            .ToDictionary(report => System.Text.Encoding.UTF8.GetString(report.Key));
        Assert.Equal(reports.Keys.Order(StringComparer.Ordinal), keys.Select(key => key.GetProperty("key").GetString()).Order(StringComparer.Ordinal));
        Assert.All(keys, key => Assert.Equal(reports[key.GetProperty("key").GetString()!].Records, key.GetProperty("records").GetInt64()));

        foreach (var (name, report) in reports)
        {
            var (found, key, response) = await served.GetAsync($"v1/pipelines/link-load/keys/{Uri.EscapeDataString(name)}");
            Assert.Equal((HttpStatusCode.OK, name), (found, key.GetProperty("key").GetString()));
            Assert.False(response.Headers.Contains("X-Evil"), "A key has made a header.");
            Assert.Equal(Convert.ToHexStringLower(report.StateDigest), key.GetProperty("state_digest").GetString());
            Assert.Equal(report.Records, key.GetProperty("model_version").GetInt64());
            Assert.Equal(2, key.GetProperty("forecasts").GetArrayLength());
            Assert.Equal(["recursive-least-squares", "last-value"], key.GetProperty("learners").EnumerateArray().Select(one => one.GetProperty("learner").GetString()));
        }

        Assert.Equal("a/b ü\r\nX-Evil: 1", (await served.GetAsync("v1/pipelines/link-load/keys/a/b%20%C3%BC%0D%0AX-Evil:%201")).Json.GetProperty("key").GetString());
        Assert.Equal(hash, await served.HashAsync());

        string? Text(string field) => pipeline.GetProperty(field).GetString();
        int Whole(string field) => pipeline.GetProperty(field).GetInt32();
    }

    [Fact]
    public async Task Given_a_source_of_text_whose_key_is_the_message_key_when_records_come_over_HTTP_then_they_are_what_a_producer_would_send()
    {
        await using var served = await ServedNode.StartAsync(
            """
            streamlearn.pipelines.link-load {
              source { topic = link-load, format = csv, columns = [ts, load], key = "", time = ts, value = load }
              task { kind = forecast, horizons = [1] }
              learner { kind = last-value }
            }
            """,
            Topics);
        await served.ProduceAsync("link-load", [("a", "1,5"), ("b", "1,6"), ("c", "1,7")]);
        await served.AnsweredAsync(3);

        var partitions = served.Read("link-load.predictions").ToDictionary(one => one.Value.GetProperty("key").GetString()!, one => one.Headers["sl-partition"]);
        foreach (var (key, text) in new[] { ("a", "2,50"), ("b", "2,60"), ("c", "2,70") })
        {
            var foreseen = await served.PredictAsync($$"""{"key":"{{key}}","record":"{{text}}"}""");
            Assert.Equal(double.Parse(text[2..], CultureInfo.InvariantCulture), foreseen.GetProperty("forecasts")[0].GetProperty("value").GetDouble());
            var place = await served.LearnAsync($$"""{"key":"{{key}}","record":"{{text}}"}""");
            Assert.Equal(("link-load", partitions[key]), (place.GetProperty("topic").GetString(), place.GetProperty("partition").GetRawText()));
        }

        await served.LearnAsync("""{"key":"new","record":"2,80"}""");
        await served.AnsweredAsync(7);
        Assert.Equal(80, (await served.PredictAsync("""{"key":"new"}""")).GetProperty("forecasts")[0].GetProperty("value").GetDouble());
        Assert.Equal(2, (await served.PredictAsync("""{"key":"b"}""")).GetProperty("model_version").GetInt32());
        Assert.Equal(HttpStatusCode.BadRequest, (await served.PostAsync("v1/pipelines/link-load/learn", """{"key":"a","record":"2"}""")).Status);
        Assert.Equal(await served.HashAsync(), await served.ReplayAsync());
    }

    [Fact]
    public async Task Given_brokers_that_are_away_when_records_are_to_be_learned_then_it_is_said_and_predictions_go_on()
    {
        await using var served = await ServedNode.StartAsync(Pipeline("last-value", "on"), Topics);
        await served.ProduceAsync("link-load", Range(0, 50));
        await served.AnsweredAsync(50);
        await served.LearnAsync($$"""{"record":{{SampleRecords.JsonOf(50)}}}""");
        await served.AnsweredAsync(51);
        served.Kafka.BrokerDown(1);

        var (status, problem, response) = await served.PostAsync("v1/pipelines/link-load/learn", $$"""{"record":{{SampleRecords.JsonOf(51)}}}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("have not acknowledged for 10 s", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await served.PredictAsync("""{"key":"link-1"}""");
        served.Kafka.BrokerUp(1);
        await served.AnsweredAsync(52);
    }

    private const string Odd = """{"link":"a/b ü\r\nX-Evil: 1","ts":1078099200,"load":7}""";

    internal static string Pipeline(string learner, string coPartitioned) => $$"""
        streamlearn.pipelines.link-load {
          source { topic = link-load, format = json, key = link, time = ts, value = load, co-partitioned = {{coPartitioned}} }
          task { kind = forecast, horizons = [1, 3], step = 5m }
          learner { kind = {{learner}} }
          rivals = [last-value]
          chunks { resend-after = 100ms, probe-every = 200ms }
        }
        """;

    internal static IEnumerable<(string? Key, string Value)> Range(int from, int count) =>
        Enumerable.Range(from, count).Select(number => ((string?)$"link-{number % SampleRecords.Keys}", SampleRecords.JsonOf(number)));

    private static Dictionary<string, JsonElement> LastPublished(ServedNode served) =>
        served.Read("link-load.predictions").GroupBy(one => one.Value.GetProperty("key").GetString()!).ToDictionary(key => key.Key, key => key.Last().Value);

    private static IEnumerable<double> Numbers(JsonElement prediction) => prediction.GetProperty("forecasts").EnumerateArray()
        .SelectMany(forecast => new[] { forecast.GetProperty("value").GetDouble(), forecast.GetProperty("lo").GetDouble(), forecast.GetProperty("hi").GetDouble() });
}

using System.Globalization;
using StreamLearn.EndToEnd.Tests.Nodes;
using StreamLearn.Learners.Bandits;

namespace StreamLearn.EndToEnd.Tests.Serving;

/// <summary>Decisions over HTTP: probabilities without a draw, contexts and rewards that go into the log.</summary>
public sealed class BanditServingTests
{
    private static readonly string[] Topics = ["ctx", "rew", "offers.events", "offers.decisions", "offers.dead-letter", "offers.contributions:1"];

    [Theory]
    [InlineData("neu-square-cb", "off")]
    [InlineData("uniform", "off")]
    [InlineData("neu-fast-cb", "on")]
    public async Task Given_a_node_when_contexts_and_rewards_come_over_HTTP_then_what_it_would_decide_is_what_it_decides_and_a_replay_has_the_same_state(
        string learner, string replicas)
    {
        await using var served = await ServedNode.StartAsync(Pipeline(learner, replicas), Topics);
        await served.ProduceAsync("ctx", Enumerable.Range(0, 100).Select(Context));
        await served.AnsweredAsync(100);
        var hash = await served.HashAsync();

        var foreseen = await served.PredictAsync($$"""{"record":{{Context(500)}}}""");
        for (var time = 0; time < 20; time++)
        {
            Assert.Equal(foreseen.GetRawText(), (await served.PredictAsync($$"""{"record":{{Context(500)}},"source":"contexts"}""")).GetRawText());
        }

        Assert.Equal(hash, await served.HashAsync());
        Assert.Equal(["key", "id", "actions", "probabilities", "greedy", "model_version"], foreseen.EnumerateObject().Select(field => field.Name));
        Assert.Equal(["red", "green", "blue"], foreseen.GetProperty("actions").EnumerateArray().Select(action => action.GetString()));
        var probabilities = foreseen.GetProperty("probabilities").EnumerateArray().Select(one => one.GetDouble()).ToList();
        Assert.Equal(probabilities.Max(), foreseen.GetProperty("greedy").GetProperty("probability").GetDouble());

        // One model of each partition: which one has answered is anybody's guess, but it decides in its own.
        var place = await served.LearnAsync($$"""{"record":{{Context(500)}},"source":"contexts"}""");
        Assert.Equal("offers.events", place.GetProperty("topic").GetString());
        await served.AnsweredAsync(101);
        var decision = served.Read("offers.decisions").Single(one => one.Value.GetProperty("id").GetString() == "d500");
        Assert.Equal(
            ("offers.events", Text(place.GetProperty("partition").GetInt32()), Text(place.GetProperty("offset").GetInt64())),
            (decision.Headers["sl-topic"], decision.Headers["sl-partition"], decision.Headers["sl-offset"]));
        if (replicas == "off")
        {
            Assert.Equal(probabilities, decision.Value.GetProperty("probabilities").EnumerateArray().Select(one => one.GetDouble()));
        }

        var rewards = Enumerable.Range(0, 100).Append(500).Select(Reward);
        await served.LearnAsync($$"""{"records":[{{string.Join(',', rewards)}}],"source":"rewards"}""");
        await served.LearnAsync($$"""{"record":{{Reward(7)}},"source":"rewards"}""");
        await NodeWorld.UntilAsync(() => served.Pipeline.Progress.Learned == 101 && served.Pipeline.Progress.Records == 203, () => "101 rewards learned, and one refused");
        var summary = (BanditSummary)await served.Pipeline.SummarizeAsync();
        Assert.Equal((101L, 101L, 1L), (summary.Decisions, summary.Learned, summary.Join.Duplicates));
        Assert.Equal(["duplicate-feedback"], served.Read("offers.dead-letter").Select(letter => letter.Headers["sl-reason"]));
        Assert.NotEqual(hash, summary.StateHash());
        if (replicas == "on")
        {
            // Averages are on their way: BanditReplicasTests waits for them.
            return;
        }

        await served.Node.DrainAsync();
        hash = await served.HashAsync();
        Assert.Equal(hash, await served.ReplayAsync());
    }

    [Theory]
    [InlineData("""{"key":"a"}""", "an answer of the task bandit is made on one")]
    [InlineData("""{"record":{"shop":"a","id":"x","time":1,"age":1,"hour":1},"source":"rewards"}""", "'source' is not one that fits; expected one of contexts.")]
    [InlineData("""{"record":{"shop":"a","id":"x","time":1,"age":"old","hour":1}}""", "Record 0: wrong-type, field 'age'; expected the type that the source has")]
    [InlineData("""{"record":{"shop":"a","id":"x","time":1,"age":1}}""", "Record 0: missing-field, field 'hour'; expected the field, and not null.")]
    [InlineData("""{"record":{"shop":"a","id":"x","time":1,"age":1e39,"hour":1}}""", "Record 0: not-finite, field 'age'; expected a finite number.")]
    public async Task Given_a_context_that_cannot_be_decided_on_when_it_is_asked_about_then_it_is_said_what_is_wrong(string body, string detail)
    {
        await using var served = await ServedNode.StartAsync(Pipeline("uniform", "off"), Topics);

        var (status, problem, _) = await served.PostAsync("v1/pipelines/offers/predict", body);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, status);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static string Pipeline(string learner, string replicas) => $$"""
        streamlearn.pipelines.offers {
          task { kind = bandit, actions = [red, green, blue], reward-ttl = 1h, late = dead-letter, duplicates = dead-letter }
          sources { contexts { topic = ctx, key = shop, features = [age, hour] }, rewards { topic = rew, key = shop } }
          learner { kind = {{learner}} }
          replicas { enabled = {{replicas}} }
          buckets = 2
        }
        """;

    private static string Context(int number) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"shop\":\"{"abc"[number % 3]}\",\"id\":\"d{number}\",\"time\":{1000 + number},\"age\":{number % 7},\"hour\":{number % 24}}}");

    private static string Reward(int number) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"shop\":\"{"abc"[number % 3]}\",\"id\":\"d{number}\",\"time\":{2000 + number},\"reward\":{number % 2}}}");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

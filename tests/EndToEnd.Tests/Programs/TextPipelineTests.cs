using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>Texts: from files, and live over a broker.</summary>
public sealed class TextPipelineTests : IDisposable
{
    private static readonly string[] Small =
    [
        "--set", "pipelines.texts.learner.layers=1", "--set", "pipelines.texts.learner.width=16", "--set", "pipelines.texts.task.context=32",
        "--set", "pipelines.texts.learner.batch-records=8",
    ];

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Given_texts_when_they_are_learned_live_with_a_restart_and_from_a_file_then_they_agree_to_the_last_bit_and_bad_ones_are_dead_letters()
    {
        const int Texts = 150;
        string[] lines = [.. Enumerable.Range(0, Texts).Select(Text), """{"text":""}""", """{"domain":"a"}""", """{"text":"\ud800"}""", """{"text":"x","domain":"stranger"}"""];
        var data = _folder.Write("texts.json", lines);
        await using var broker = StreamLearnProcess.Start("broker", "--topic", "texts:1", "--topic", "texts.predictions:1", "--topic", "texts.dead-letter:1");
        var bootstrap = (await broker.LineWithAsync("127.0.0.1:")).Trim();
        var config = _folder.Write("texts.conf", $$"""
            streamlearn {
              node { port = 0, http { enabled = off } }
              kafka { bootstrap-servers = "{{bootstrap}}" }
              checkpoint.store.path = "{{_folder.PathOf("checkpoints.db")}}"
              pipelines.texts {
                task { kind = language, domains = [a, b], score = record }
                learner { kind = gpt }
                rivals = [byte-ngram]
                chunks { records = 32 }
              }
            }
            """);

        // 60 texts first: some wait for their mini-batch, and go on waiting in the store.
        var half = await LearnAsync("half.json", lines[..60]);
        var live = await LearnAsync("rest.json", lines[60..]);
        var predictions = _folder.PathOf("predictions.json");
        var file = await StreamLearnProcess.RunJsonAsync(
            ["evaluate", "--config", config, "--task", "language", "--data", data, "--predictions", predictions, .. Small]);

        Assert.Equal(file.GetProperty("state_hash").GetString(), live.GetProperty("state_hash").GetString());
        Assert.Equal(file.GetProperty("perplexity").GetDouble(), live.GetProperty("perplexity").GetDouble());
        Assert.Equal(file.GetProperty("perplexity_by_domain").GetRawText(), live.GetProperty("perplexity_by_domain").GetRawText());
        Assert.Equal((Texts, 4), (file.GetProperty("predictions").GetInt32(), file.GetProperty("dead_letters").GetInt32()));
        Assert.Equal(
            (Texts, 4),
            (half.GetProperty("predictions").GetInt32() + live.GetProperty("predictions").GetInt32(),
                half.GetProperty("dead_letters").GetInt32() + live.GetProperty("dead_letters").GetInt32()));
        Assert.True(half.GetProperty("waiting_sequences").GetInt32() > 0);
        var said = await File.ReadAllLinesAsync(predictions);
        Assert.Equal(Texts, said.Length);
        var first = JsonDocument.Parse(said[0]).RootElement;
        Assert.Equal(("series", "a", 1700000000, 0), (first.GetProperty("key").GetString(), first.GetProperty("domain").GetString(), first.GetProperty("time").GetInt32(), first.GetProperty("model_version").GetInt32()));
        Assert.InRange(first.GetProperty("perplexity").GetDouble(), 150, 400);

        async Task<JsonElement> LearnAsync(string name, string[] part)
        {
            await StreamLearnProcess.RunJsonAsync("produce", "--config", config, "--topic", "texts", "--data", _folder.Write(name, part));
            return await StreamLearnProcess.RunJsonAsync(["run", "--config", config, "--records", $"{part.Length}", .. Small]);
        }
    }

    [Fact]
    public async Task Given_files_of_text_when_they_are_evaluated_then_each_is_a_domain_and_the_seed_decides_on_their_order()
    {
        Directory.CreateDirectory(_folder.PathOf("text_verse"));
        await File.WriteAllLinesAsync(_folder.PathOf("text_verse/one.txt"), Enumerable.Range(0, 100).Select(line => line % 5 == 4 ? "" : $"tyger tyger burning bright {line % 7}"));
        await File.WriteAllTextAsync(_folder.PathOf("text_verse/README"), "not this");
        var prose = _folder.Write("prose.txt", Enumerable.Range(0, 60).Select(line => $"It was the best of times, number {line}."));
        string[] data = ["--data", _folder.PathOf("text_verse"), "--data", prose, "--data", $"again={prose}", "--document-lines", "2"];

        var first = await EvaluateAsync("1");
        var same = await EvaluateAsync("1");
        var other = await EvaluateAsync("2");

        Assert.Equal(SampleRecords.LearningOf(first), SampleRecords.LearningOf(same));
        Assert.NotEqual(first.GetProperty("state_hash").GetString(), other.GetProperty("state_hash").GetString());
        Assert.Equal(["again", "prose", "verse"], first.GetProperty("perplexity_by_domain").EnumerateObject().Select(domain => domain.Name));
        Assert.Equal((110, 0), (first.GetProperty("records").GetInt32(), first.GetProperty("dead_letters").GetInt32()));
        Assert.All(first.GetProperty("perplexity_by_domain").EnumerateObject(), domain => Assert.InRange(domain.Value.GetDouble(), 1, 100));

        async Task<JsonElement> EvaluateAsync(string seed) => await StreamLearnProcess.RunJsonAsync(
            ["evaluate", "--task", "language", "--learner", "byte-ngram", "--rival", "unigram", "--seed", seed, .. data]);
    }

    [Fact]
    public async Task Given_the_text_demo_when_it_has_ended_then_every_text_was_learned_and_the_harder_domain_has_the_larger_weight()
    {
        var json = await StreamLearnProcess.RunJsonAsync("demo", "--scenario", "text", "--duration", "0s", "--texts", "1500", "--set", "node.http.enabled=off");

        Assert.Equal(
            ("texts", "language", 1500, 0),
            (json.GetProperty("pipeline").GetString(), json.GetProperty("task").GetString(), json.GetProperty("records").GetInt32(), json.GetProperty("dead_letters").GetInt32()));
        Assert.InRange(json.GetProperty("learned").GetInt32(), 1480, 1500);
        var domains = json.GetProperty("domains").EnumerateArray().ToDictionary(domain => domain.GetProperty("domain").GetString()!);
        Assert.Equal(["codes", "prose", "status"], domains.Keys.Order());
        Assert.True(domains["codes"].GetProperty("perplexity_fading").GetDouble() > domains["status"].GetProperty("perplexity_fading").GetDouble());
        Assert.True(domains["codes"].GetProperty("weight_fading").GetDouble() > domains["status"].GetProperty("weight_fading").GetDouble());
        Assert.Equal(["gpt", "byte-ngram", "unigram"], json.GetProperty("learners").EnumerateArray().Select(learner => learner.GetProperty("learner").GetString()!));
    }

    private static string Text(int number) => FormattableString.Invariant(
        $$"""{"text":"{{(number % 2 == 0 ? "the cat sat on the mat" : "if (x > 0) return;")}} {{number % 10}}{{(number % 25 == 0 ? new string('z', 70) : "")}}","domain":"{{(number % 2 == 0 ? "a" : "b")}}","time":{{1_700_000_000 + number}}}""");
}

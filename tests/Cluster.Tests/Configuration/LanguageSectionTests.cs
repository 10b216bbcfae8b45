using StreamLearn.Learners.Language;
using StreamLearn.Learners.Language.Tokens;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Texts;

namespace StreamLearn.Cluster.Tests.Configuration;

public class LanguageSectionTests
{
    [Fact]
    public void Given_a_language_pipeline_When_it_is_read_Then_every_setting_is_where_it_belongs()
    {
        var pipeline = ConfigurationFile.Load("""
            streamlearn.pipelines.l {
              source {
                topic = t, key = k, time = at, time-unit = s, text = body, domain = kind, default-domain = none, key-is-domain = on, max-bytes = 5000
                co-partitioned = on
              }
              task { kind = language, domains = [a, b], context = 32, score = record, scoring { window = 77, fading = 0.5 } }
              learner { kind = gpt, layers = 1, domain-weights = "a = 0.5, b = 0.5" }
              rivals = [unigram]
              sinks { predictions = p, dead-letters = off }
            }
            """).Pipelines.Single();

        var plan = Assert.IsType<LanguagePlan>(pipeline.Plan);
        var task = plan.Task;
        Assert.Equal(["a", "b"], task.Domains);
        Assert.Equal((32, TextScore.Record, 77, 0.5), (task.Context, task.Score, task.Scoring.Window, task.Scoring.Fading));
        Assert.Same(ByteTokenizer.Instance, task.Tokenizer);
        Assert.Equal(["gpt", "unigram"], plan.Learners.Select(learner => learner.Registration.Kind));
        var schema = Assert.IsType<TextSchema>(pipeline.Schema);
        Assert.Equal(
            ("t", "json", "k", "at", TimeUnit.Seconds, "body", "kind", "none", true, 5000),
            (pipeline.Topic, schema.Format, schema.Key, schema.Time, schema.TimeUnit, schema.Text, schema.Domain, schema.DefaultDomain, schema.KeyIsDomain, schema.MostBytes));
        Assert.Equal(("p", ""), (pipeline.PredictionsTopic, pipeline.DeadLettersTopic));
    }

    [Fact]
    public void Given_nothing_set_When_a_language_pipeline_is_read_Then_it_is_what_the_code_has_by_default()
    {
        var pipeline = ConfigurationFile.Load("streamlearn.pipelines.l.task.kind = language").Pipelines.Single();

        var plan = Assert.IsType<LanguagePlan>(pipeline.Plan);
        Assert.Equal(new LanguageTask() with { Domains = plan.Task.Domains }, plan.Task);
        Assert.Empty(plan.Task.Domains);
        Assert.Equal(new TextSchema() with { Key = "" }, pipeline.Schema);
        Assert.Equal(["gpt", "byte-ngram", "unigram"], plan.Learners.Select(learner => learner.Registration.Kind));
        Assert.False(pipeline.CopiesRecords);
    }

    [Theory]
    [InlineData("source.format = xml", "source.format is 'xml'; expected one of json, text")]
    [InlineData("source.domain = text", "expected names that differ")]
    [InlineData("source.default-domain = \"\"", "expected a name of 1 to 128 bytes")]
    [InlineData("source.max-bytes = 900000", "a text goes to its learner in one message")]
    [InlineData("task.context = 1", "task.context is '1'; expected a whole number from 2 to 8192")]
    [InlineData("task.score = never", "task.score is 'never'; expected one of batch, record")]
    [InlineData("task.tokenizer = words", "task.tokenizer is 'words'; expected bytes, or the path of a vocabulary")]
    [InlineData("task.tokenizer = \"/nowhere/v.tiktoken\"", "task.tokenizer is '/nowhere/v.tiktoken'; expected bytes, or the path of a vocabulary")]
    [InlineData("task.domains = [a, a]", "task.domains is [a, a]; expected up to 256 names")]
    [InlineData("learner { kind = gpt, width = 10 }", "learner.width is 10; expected a multiple of heads, 4")]
    [InlineData("learner { kind = gpt, reweighting = best }", "learner.reweighting is 'best'")]
    [InlineData("learner { kind = last-value }", "a learner of the task language: gpt, byte-ngram, unigram")]
    public void Given_a_setting_that_cannot_be_used_When_it_is_read_Then_it_is_refused_with_its_path_and_what_was_expected(string setting, string refusal) =>
        Assert.Contains(
            refusal,
            ConfigurationFile.Refusal($"streamlearn.pipelines.l {{ task.kind = language\n{setting} }}", "node.frame-size=600000"), StringComparison.Ordinal);

    [Fact]
    public void Given_files_of_a_vocabulary_When_they_are_named_Then_texts_become_its_tokens()
    {
        var folder = Directory.CreateTempSubdirectory("vocabulary-");
        try
        {
            // GPT-2's letters of all bytes by their number, and one token more.
            var hidden = 0;
            var letters = Enumerable.Range(0, 256).Select(value => value is >= 33 and <= 126 or >= 161 and <= 172 or >= 174 ? (char)value : (char)(256 + hidden++)).ToArray();
            var vocabulary = letters.Select((letter, value) => (Text: letter.ToString(), value)).Append(("ab", 256)).ToDictionary();
            File.WriteAllText(Path.Combine(folder.FullName, "vocab.json"), System.Text.Json.JsonSerializer.Serialize(vocabulary));
            var setting = $"streamlearn.pipelines.l {{ task {{ kind = language, tokenizer = \"{folder.FullName}/vocab.json\" }} }}";
            Assert.Contains("merges.txt", ConfigurationFile.Refusal(setting), StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder.FullName, "merges.txt"), "a b\n");

            var tokenizer = ((LanguagePlan)ConfigurationFile.Load(setting).Pipelines.Single().Plan).Task.Tokenizer;

            var tokens = new int[9];
            Assert.Equal((258, 2), (tokenizer.Vocabulary, tokenizer.Tokenize("aba"u8, tokens)));
            Assert.Equal([256, 'a'], tokens[..2]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests.Language;

/// <summary>A model to which one byte is impossible: the logarithm of its probability is no finite number, and what comes after it is NaN. Texts of ten tokens are sequences of
/// their own.</summary>
public sealed class MaskedLossTests
{
    private const int Context = 16;
    private const string Impossible = "zero \0 ab";
    private static readonly LanguageTask Task = new() { Context = Context };

    [Theory]
    [InlineData("uniform")]
    [InlineData("lin-upper")]
    public void Given_a_row_whose_loss_is_no_number_When_the_others_of_its_mini_batch_are_learned_Then_the_step_is_theirs(string reweighting)
    {
        using var fleet = Fleet(reweighting);
        fleet.Process(new TextFeed().Text("a", "some text").Text("a", "and more.").Text("a", Impossible).Text("a", "last one."));
        var training = fleet.Summary().Training;

        Assert.Equal((1L, 1L, 3), (training.Steps, training.Masked, training.Sequences));
        Assert.Equal(0, fleet.Summary().Refused(0));
        Assert.Equal(3, fleet.Summary().Learned);
        Assert.True(double.IsFinite(fleet.Summary().ScoreOf(0).Total.Nats));

        // The same step as without that row.
        using var without = Fleet(reweighting, records: 3);
        without.Process(new TextFeed().Text("a", "some text").Text("a", "and more.").Text("a", "last one."));
        Assert.Equal(1, without.Summary().Training.Steps);
        AssertClose(WeightsOf(without), WeightsOf(fleet));
    }

    [Fact]
    public void Given_mini_batches_without_a_number_When_they_go_on_Then_they_are_refused_the_model_returns_and_learning_goes_on_after_a_restart_too()
    {
        using var fleet = Fleet("lin-upper");
        fleet.Process(Short(40));
        var good = WeightsOf(fleet);
        var feed = new TextFeed();
        for (var i = 0; i < 4 * 9; i++)
        {
            feed.Text("a", Impossible);
        }

        var answers = fleet.Process(feed);

        Assert.InRange(fleet.Summary().Refused(0), 8, 9);
        Assert.Single(answers.Recoveries);
        Assert.All(WeightsOf(fleet), weight => Assert.True(float.IsFinite(weight)));
        var learned = fleet.Summary().Learned;
        var hash = fleet.Hash();
        fleet.Restart();
        Assert.Equal(hash, fleet.Hash());
        fleet.Process(Short(40));
        Assert.True(fleet.Summary().Learned > learned);
        Assert.NotEqual(good, WeightsOf(fleet));
    }

    private static TextFeed Short(int count)
    {
        var feed = new TextFeed();
        for (var i = 0; i < count; i++)
        {
            feed.Text("a", $"text {i % 10} ab");
        }

        return feed;
    }

    private static float[] WeightsOf(TextFleet fleet) => fleet.Fleet.Weights("k"u8)[0].Parameters.ToArray();

    private static TextFleet Fleet(string reweighting, int records = 4)
    {
        var architecture = new GptArchitecture(Task.Tokenizer.Vocabulary, Context, 1, 2, 8);
        var parameters = new float[architecture.Layout.Count];
        using (var network = new TorchGpt(architecture, seed: 3))
        {
            network.CopyParameters(parameters);
        }

        // [width, vocabulary]: the first of each row is of the byte 0. What the last norm says is near 1 in all numbers, so that its logit is -infinity.
        var embedding = architecture.Layout["wte.weight"].In(parameters.AsSpan());
        for (var i = 0; i < embedding.Length; i += Task.Tokenizer.Vocabulary)
        {
            embedding[i] = -3e38f;
        }

        architecture.Layout["ln_f.weight"].In(parameters.AsSpan()).Fill(0.1f);
        architecture.Layout["ln_f.bias"].In(parameters.AsSpan()).Fill(1);
        using var bytes = new MemoryStream();
        SafetensorsFile.Write(bytes, architecture.Layout, parameters);
        var settings = new Dictionary<string, string>
        {
            ["layers"] = "1", ["heads"] = "2", ["width"] = "8", ["batch-rows"] = "4", ["batch-records"] = $"{records}", ["reweighting"] = reweighting, ["burn-in"] = "0", ["warm-start"] = "file",
        };
        var choice = new LearnerChoice(
            LanguageCatalog.Find("gpt")!, new OptionSet("learner", settings, new Dictionary<string, SafetensorsFile> { ["warm-start"] = SafetensorsFile.Read(bytes.ToArray()) }));
        return new TextFleet(new LanguagePlan(Task, [choice], seed: 5, maxKeys: 10, new SafetyOptions { RefusedInRow = 8, KeepEvery = 2 }));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5f * Math.Max(1, Math.Abs(expected[i])));
        }
    }
}

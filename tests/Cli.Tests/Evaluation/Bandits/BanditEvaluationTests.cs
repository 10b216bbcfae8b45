using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Evaluation.Bandits;
using StreamLearn.Learners;
using StreamLearn.Learners.Options;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Cli.Tests.Evaluation.Bandits;

public sealed class BanditEvaluationTests
{
    private static readonly TabularBandit Blobs = new(SyntheticSets.Blobs(rows: 1200, seed: 3));

    private static readonly string[] ScoreKeys =
        ["regret_mean", "regret_sd", "progressive_loss", "rounds_per_second", "regret_at", "regrets", "refused_updates"];

    [Fact]
    public void Given_an_evaluation_when_it_is_JSON_then_it_has_the_designs_keys_and_the_own_learner_first()
    {
        var json = Evaluate(1, BanditEvaluationOptions.Learners("neu-fast-cb", ["linear-square-cb,uniform", "lin-ucb"], [])).ToJson();

        Assert.All(
            (string[])[
                "pipeline", "task", "records", "predictions", "dead_letters", "records_per_second", "seconds", "state_hash", "seed", "seeds", "actions", "features", "rows",
                "rounds", "learner", "learners", .. ScoreKeys,
            ],
            key => Assert.True(json.ContainsKey(key), key));
        Assert.Equal(("bandit", "neu-fast-cb", 5, 10), (Text(json["task"]), Text(json["learner"]), Whole(json["actions"]), Whole(json["features"])));
        Assert.Equal((1000, 2000, 2, 1), (Whole(json["rounds"]), Whole(json["records"]), Whole(json["seeds"]), Whole(json["seed"])));
        var learners = json["learners"]!.AsArray();
        Assert.Equal(["neu-fast-cb", "linear-square-cb", "uniform", "lin-ucb"], learners.Select(learner => Text(learner!["learner"])));
        Assert.All(learners, learner => Assert.All(ScoreKeys, key => Assert.True(learner!.AsObject().ContainsKey(key), key)));
        Assert.Equal(json["regret_mean"]!.ToJsonString(), learners[0]!["regret_mean"]!.ToJsonString());
        var regrets = json["regrets"]!.AsArray().Select(regret => (double)Whole(regret)).ToArray();
        Assert.Equal(regrets.Average(), json["regret_mean"]!.GetValue<double>());
        Assert.Equal(regrets.Average() / 1000, json["progressive_loss"]!.GetValue<double>());
        Assert.Equal(["1000"], json["regret_at"]!.AsObject().Select(mark => mark.Key));
        Assert.Equal(regrets.Average(), json["regret_at"]!["1000"]!.GetValue<double>());
    }

    [Fact]
    public void Given_the_same_seed_when_it_is_evaluated_twice_then_regrets_and_states_are_the_same_bits()
    {
        var learners = BanditEvaluationOptions.Learners("neu-fast-cb", [], []);
        var (first, second, other) = (Evaluate(7, learners).ToJson(), Evaluate(7, learners).ToJson(), Evaluate(8, learners).ToJson());

        Assert.Equal(first["regrets"]!.ToJsonString(), second["regrets"]!.ToJsonString());
        Assert.Equal(Text(first["state_hash"]), Text(second["state_hash"]));
        Assert.NotEqual(Text(first["state_hash"]), Text(other["state_hash"]));
    }

    [Fact]
    public void Given_settings_of_the_learner_when_they_are_read_then_each_way_to_write_their_path_will_do()
    {
        var own = BanditEvaluationOptions.Learners(
            null, [], ["learner.hidden=8", "pipelines.evaluation.learner.gamma-scale=5", "streamlearn.pipelines.evaluation.learner.replay=0"])[0];

        Assert.Equal("neu-fast-cb", own.Registration.Kind);
        Assert.Equal(("8", "5", "0"), (own.Options.Value("hidden"), own.Options.Value("gamma-scale"), own.Options.Value("replay")));
    }

    [Fact]
    public void Given_what_no_learner_has_when_it_is_asked_for_then_the_message_says_what_is_expected()
    {
        Assert.Contains("neu-square-cb", Assert.Throws<OptionException>(() => BanditEvaluationOptions.Learners("neural", [], [])).Message, StringComparison.Ordinal);
        Assert.Contains("neu-square-cb", Assert.Throws<OptionException>(() => BanditEvaluationOptions.Learners(null, ["neural"], [])).Message, StringComparison.Ordinal);
        foreach (var setting in new[] { "learner.gama=5", "gamma-scale=5", "learner.gamma-scale", "kafka.bootstrap-servers=x" })
        {
            var refused = Assert.Throws<UsageException>(() => BanditEvaluationOptions.Learners(null, [], [setting])).Message;
            Assert.Contains(setting, refused, StringComparison.Ordinal);
            Assert.Contains("gamma-scale", refused, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Given_a_small_gzip_table_when_the_program_evaluates_it_then_it_ends_well_and_wrong_usage_with_2()
    {
        var folder = Directory.CreateTempSubdirectory("streamlearn-").FullName;
        try
        {
            var file = Path.Combine(folder, "small.csv.gz");
            using (var stream = new GZipStream(File.Create(file), CompressionLevel.Fastest))
            {
                stream.Write(Encoding.UTF8.GetBytes("f0,f1,label\n" + string.Concat(Enumerable.Range(0, 200).Select(Row))));
            }

            var text = Path.Combine(folder, "text.csv");
            File.WriteAllText(text, "f0,f1,label\n1,2,0\n1,two,1\n");

            Assert.Equal(0, await Evaluate("--data", file, "--learner", "neu-fast-cb", "--rounds", "100", "--seeds", "2", "--rivals", "uniform", "--json"));
            Assert.Equal(0, await Evaluate("--data", file, "--set", "learner.hidden=4"));
            Assert.Equal(2, await Evaluate());
            Assert.Equal(2, await Evaluate("--data", Path.Combine(folder, "absent.csv")));
            Assert.Equal(2, await Evaluate("--data", text));
            Assert.Equal(2, await Evaluate("--data", file, "--data", file));
            Assert.Equal(2, await Evaluate("--data", file, "--learner", "liquid"));
            Assert.Equal(2, await Evaluate("--data", file, "--rounds", "0"));
            Assert.Equal(2, await Evaluate("--data", file, "--seeds", "0"));
            Assert.Equal(2, await Evaluate("--data", file, "--horizons", "3"));
            Assert.Equal(2, await Evaluate("--data", file, "--set", "learner.gamma-scale=five"));
            Assert.Equal(2, await Program.Main(["evaluate", "--data", file, "--rounds", "5"]));
            Assert.Equal(2, await Program.Main(["evaluate", "--data", file, "--task", "bandits"]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static string Row(int row) => string.Create(CultureInfo.InvariantCulture, $"{row % 7},{row % 3},{row % 2}\n");

        static Task<int> Evaluate(params string[] arguments) => Program.Main(["evaluate", "--task", "bandit", .. arguments]);
    }

    private static BanditEvaluationResult Evaluate(ulong seed, IReadOnlyList<LearnerChoice> learners) =>
        new BanditEvaluation(Blobs, seed, 2, 1000, TimeProvider.System).Run(learners, CancellationToken.None);

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static int Whole(JsonNode? node) => int.Parse(node!.ToJsonString(), CultureInfo.InvariantCulture);
}

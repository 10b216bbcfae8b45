using System.Text;
using StreamLearn.Learners;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Supervised.Scores;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Simulation.Tests.Supervised;

/// <summary>That classifiers learn from real streams, each record predicted before it is learned: with their defaults, labels growing as they come.</summary>
public sealed class SupervisedAcceptanceTests
{
    private static readonly string[] Kinds = ["mlp-classifier", "logistic", "naive-bayes", "last-label", "majority"];

    // Measured when this was written: 0.870, 0.877, 0.989; logistic 0.813, 0.885, 0.936; naive-bayes 0.733, 0.845, 0.915; last-label 0.853, 0.534, 0.501.
    [SharedDataFact("tabular")]
    public void Given_prices_that_drift_When_they_are_learned_Then_the_network_beats_the_baselines_and_naive_bayes() => AssertLearned("elec2", false, 0.86);

    [SharedDataFact("tabular")]
    public void Given_abrupt_drifts_When_they_are_learned_Then_the_network_beats_the_baselines_and_naive_bayes() => AssertLearned("sea", false, 0.865);

    [SharedDataFact("tabular")]
    public void Given_rows_without_order_When_they_are_learned_Then_the_network_beats_the_baselines_and_naive_bayes() => AssertLearned("mushroom", true, 0.98);

    private static void AssertLearned(string name, bool shuffled, double accuracy)
    {
        var scores = Run(TabularFile.Read(SharedData.PathOf("tabular", name + ".csv.gz")), shuffled);

        var text = string.Join(", ", Kinds.Select(kind => $"{kind} {scores[kind].Accuracy:F4}"));
        Assert.True(scores["mlp-classifier"].Accuracy > accuracy, text);
        Assert.All(Kinds[2..], rival => Assert.True(scores["mlp-classifier"].Accuracy > scores[rival].Accuracy + 0.01, text));
        Assert.True(scores["mlp-classifier"].Kappa > 0.7, text);
        Assert.True(scores["mlp-classifier"].KappaTemporal > 0, text);
        Assert.Equal(0, scores["last-label"].KappaTemporal);
        Assert.True(scores["mlp-classifier"].LogLoss < scores["majority"].LogLoss, text);
        Assert.True(scores["logistic"].Accuracy > scores["naive-bayes"].Accuracy, text);
    }

    private static Dictionary<string, ClassScores> Run(TabularData data, bool shuffled)
    {
        var order = Enumerable.Range(0, data.Rows).ToArray();
        if (shuffled)
        {
            new Random(1).Shuffle(order);
        }

        var plan = new SupervisedPlan(
            new SupervisedTask { Name = SupervisedTask.Classify, Features = data.Features },
            [.. Kinds.Select(kind => new LearnerChoice(LearnerCatalog.Find(SupervisedTask.Classify, kind)!, OptionSet.Defaults))], seed: 1, maxKeys: 1);
        using var fleet = plan.CreateFleet(1);
        var answers = PredictionBatch.Allocate(256, 0);
        var writer = new SupervisedRecordWriter();
        foreach (var rows in order.Chunk(256))
        {
            writer.Truncate(0);
            var ends = new int[rows.Length];
            for (var i = 0; i < rows.Length; i++)
            {
                writer.WriteLabelled([], data.Row(rows[i]), Encoding.UTF8.GetBytes(data.Labels[data.LabelOf(rows[i])]));
                ends[i] = writer.Length;
            }

            fleet.Process(
                new ExampleBatch(
                    new long[rows.Length], new long[rows.Length], new ExampleKind[rows.Length], Enumerable.Repeat((byte)'k', rows.Length).ToArray(),
                    [.. Enumerable.Range(1, rows.Length)], [], 0, payloads: writer.Written.ToArray(), payloadEnds: ends),
                0, answers);
        }

        var summary = (SupervisedSummary)plan.Summarize(fleet.Report());
        Assert.Equal(data.Rows, summary.Scored);
        return Kinds.Select((kind, at) => (kind, at)).ToDictionary(learner => learner.kind, learner => summary.ClassScoresOf(learner.at, ScoreView.SinceStart));
    }
}

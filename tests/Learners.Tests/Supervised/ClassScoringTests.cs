using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Supervised.Scores;

namespace StreamLearn.Learners.Tests.Supervised;

/// <summary>Scores against the same computed anew from all that was scored.</summary>
public sealed class ClassScoringTests
{
    [Theory]
    [InlineData(ScoreView.SinceStart)]
    [InlineData(ScoreView.Fading)]
    [InlineData(ScoreView.Windowed)]
    public void Given_predictions_When_they_are_scored_Then_the_scores_are_those_of_their_definitions(ScoreView view)
    {
        var random = new Random(5);
        var options = new ScoringOptions { Window = 40, Fading = 0.99 };
        var statistics = new ClassStatistics(options);
        var past = new List<(double[] Probabilities, int Label, int Last)>();
        var last = -1;
        for (var i = 0; i < 137; i++)
        {
            // Classes come one by one; now and then one that was not known.
            var known = Math.Min(4, i / 20);
            var label = random.Next(Math.Min(5, known + 1));
            var weights = Enumerable.Range(0, known).Select(_ => random.NextDouble()).ToArray();
            var probabilities = weights.Select(weight => weight / weights.Sum()).ToArray();
            statistics.Grow(Math.Max(known, label + 1));
            statistics.Add(ScoredClass.Of(probabilities, label, last));
            past.Add((probabilities, label, last));
            last = label;
        }

        var scores = statistics.Of(view).Scores();

        // The window's quarters have 10 labels each; the last one has as many as have come since.
        var rows = view == ScoreView.Windowed ? past[^(30 + (137 % 10))..] : past;
        var weightOf = rows.Select((_, i) => view == ScoreView.Fading ? Math.Pow(0.99, rows.Count - 1 - i) : 1).ToArray();
        var total = weightOf.Sum();
        double Mean(Func<(double[] Probabilities, int Label, int Last), double> of) => rows.Select((row, i) => weightOf[i] * of(row)).Sum() / total;
        static int Best(double[] probabilities) => probabilities.Length == 0 ? -1 : Array.IndexOf(probabilities, probabilities.Max());

        var accuracy = Mean(row => Best(row.Probabilities) == row.Label ? 1 : 0);
        var byChance = Enumerable.Range(0, 5).Sum(c => Mean(row => row.Label == c ? 1 : 0) * Mean(row => Best(row.Probabilities) == c ? 1 : 0));
        var byLast = Mean(row => row.Last == row.Label ? 1 : 0);
        Assert.Equal(accuracy, scores.Accuracy, 1e-9);
        Assert.Equal((accuracy - byChance) / (1 - byChance), scores.Kappa, 1e-9);
        Assert.Equal((accuracy - byLast) / (1 - byLast), scores.KappaTemporal, 1e-9);
        Assert.Equal(Mean(row => -Math.Log(Math.Max(1e-6, row.Label < row.Probabilities.Length ? row.Probabilities[row.Label] : 0))), scores.LogLoss, 1e-9);
        Assert.Equal(
            Mean(row => row.Probabilities.Select((p, c) => Math.Pow(p - (c == row.Label ? 1 : 0), 2)).Sum() + (row.Label < row.Probabilities.Length ? 0 : 1)),
            scores.Brier, 1e-9);
        Assert.Equal(
            Enumerable.Range(0, 10).Sum(bin => Math.Abs(Mean(row => Bin(row.Probabilities) == bin
                ? (row.Probabilities.DefaultIfEmpty(0).Max() - (Best(row.Probabilities) == row.Label ? 1 : 0))
                : 0))),
            scores.CalibrationError, 1e-9);

        static int Bin(double[] probabilities) => Math.Min(9, (int)(10 * probabilities.DefaultIfEmpty(0).Max()));
    }

    [Fact]
    public void Given_very_many_predictions_When_they_fade_Then_the_sums_stay_what_they_are()
    {
        var statistics = new ClassStatistics(new ScoringOptions { Fading = 0.9 });
        statistics.Grow(2);
        for (var i = 0; i < 10_000; i++)
        {
            statistics.Add(ScoredClass.Of([0.75, 0.25], i % 2, i % 2));
        }

        var sums = statistics.Of(ScoreView.Fading);
        Assert.Equal(10, sums.Weight, 1e-9);
        Assert.Equal(9 / 1.9, sums.Correct, 1e-9);
    }

    [Fact]
    public void Given_nothing_or_always_the_same_label_When_scores_are_asked_for_Then_they_are_none_or_declared()
    {
        Assert.Equal(double.NaN, ClassSums.None.Scores().Accuracy);
        Assert.Equal(double.NaN, ClassSums.None.Scores().Kappa);
        var statistics = new ClassStatistics(new ScoringOptions());
        statistics.Grow(1);
        statistics.Add(ScoredClass.Of([1], 0, 0));
        var scores = statistics.Of(ScoreView.SinceStart).Scores();
        Assert.Equal((1, 0, 0), (scores.Accuracy, scores.Kappa, scores.KappaTemporal));
    }

    [Fact]
    public void Given_a_stream_that_stays_in_one_class_When_scores_fade_Then_rounding_makes_no_kappa_of_it()
    {
        var statistics = new ClassStatistics(new ScoringOptions { Window = 400, Fading = 0.999 });
        statistics.Grow(2);
        for (var i = 0; i < 20_000; i++)
        {
            statistics.Add(ScoredClass.Of([0.9, 0.1], 0, 0));
            foreach (var view in Enum.GetValues<ScoreView>())
            {
                var scores = statistics.Of(view).Scores();
                Assert.Equal((0, 0), (scores.Kappa, scores.KappaTemporal));
            }
        }

        // One that is wrong where the last label is always right.
        statistics.Add(ScoredClass.Of([0.1, 0.9], 0, 0));
        Assert.Equal(0, statistics.Of(ScoreView.Windowed).Scores().KappaTemporal);
        Assert.InRange(statistics.Of(ScoreView.Windowed).Scores().Accuracy, 0.99, 0.9999);
    }
}

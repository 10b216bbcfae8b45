using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Forecasting;

public sealed class ForecastSummaryTests
{
    private static readonly ForecastTask TwoHorizons = new() { Horizons = [1, 2] };

    [Fact]
    public void Given_keys_with_different_numbers_of_targets_When_scored_Then_each_key_counts_once_and_skill_is_a_ratio_per_horizon()
    {
        // Rows: own at h=1 and h=2, baseline at h=1 and h=2; {weight, absolute, squared, symmetric}.
        var summary = Summary(
            Report("a", new(100, 10, 4, 50), new(100, 30, 9, 50), new(100, 20, 8, 50), new(100, 30, 9, 50)),
            Report("b", new(1, 0.5, 0.25, 2), new(1, 0.9, 0.81, 2), new(1, 0.8, 0.64, 2), new(1, 0.9, 0.81, 2)));

        var scores = summary.Scores(0, ScoreView.SinceStart)!;

        // MAE: h=1 (0.1 + 0.5)/2 = 0.3 against (0.2 + 0.8)/2 = 0.5; h=2 0.6 against 0.6.
        Assert.Equal([0.4, 0], scores.SkillByHorizon.Select(skill => Math.Round(skill, 12)));
        Assert.Equal(0.2, scores.Skill, 12);
        Assert.Equal((0.3 + 0.6) / 2, scores.Mae, 12);
        Assert.Equal((((0.2 + 0.5) / 2) + ((0.3 + 0.9) / 2)) / 2, scores.Rmse, 12);
        Assert.Equal((((0.5 + 2) / 2) + ((0.5 + 2) / 2)) / 2, scores.Smape, 12);
        Assert.Equal(0.25, summary.SkillOf(summary.Keys[0], ScoreView.SinceStart), 12);
    }

    [Fact]
    public void Given_keys_without_a_scored_target_When_scored_Then_they_do_not_count()
    {
        var scored = Report("a", new(2, 1, 1, 1), new(2, 1, 1, 1), new(2, 2, 1, 1), new(2, 4, 1, 1));
        var unscored = Report("b", default, default, default, default);

        Assert.Equal(Summary(scored).Scores(0, ScoreView.SinceStart)!.Mae, Summary(scored, unscored).Scores(0, ScoreView.SinceStart)!.Mae);
        Assert.Null(Summary(unscored).Scores(0, ScoreView.SinceStart));
        Assert.Null(Summary().Scores(0, ScoreView.SinceStart));
        Assert.True(double.IsNaN(Summary(unscored).SkillOf(unscored, ScoreView.SinceStart)));
    }

    [Fact]
    public void Given_a_baseline_without_error_When_scored_Then_skill_is_zero_without_own_error_and_unknown_with_it()
    {
        var key = Report("a", new(2, 0, 0, 0), new(2, 1, 1, 1), new(2, 0, 0, 0), new(2, 0, 0, 0));
        var flawless = Report("b", new(2, 0, 0, 0), new(2, 0, 0, 0), new(2, 0, 0, 0), new(2, 0, 0, 0));

        var skills = Summary(key).Scores(0, ScoreView.SinceStart)!.SkillByHorizon;

        Assert.Equal(0, skills[0]);
        Assert.True(double.IsNaN(skills[1]));
        Assert.True(double.IsNaN(Summary(key).SkillOf(key, ScoreView.SinceStart)));
        Assert.Equal(0, Summary(flawless).SkillOf(flawless, ScoreView.SinceStart));
    }

    [Fact]
    public void Given_last_value_itself_When_scored_in_any_view_Then_its_skill_is_zero()
    {
        var run = new SeriesRun(TwoHorizons, SeriesRun.Learner("last-value"));
        run.Feed("a", new Noise(1).Take(300));

        Assert.All(Enum.GetValues<ScoreView>(), view => Assert.Equal([0, 0], run.Summary().Scores(0, view)!.SkillByHorizon));
    }

    [Fact]
    public void Given_keys_in_one_fleet_or_in_two_in_any_order_When_summed_up_Then_hash_and_scores_are_the_same()
    {
        string[] keys = ["b", "a", "aa", "", "ä", "z"];
        var one = Run();
        var left = Run();
        var right = Run();
        for (var k = 0; k < keys.Length; k++)
        {
            var values = new Noise(k).Take(60);
            one.Feed(keys[k], values);
            (k % 2 == 0 ? left : right).Feed(keys[k], values);
        }

        var whole = one.Summary();
        var merged = new ForecastSummary(one.Plan, [.. right.Report().Reverse(), .. left.Report()]);

        Assert.Equal(["", "a", "aa", "b", "z", "ä"], merged.Keys.Select(report => Encoding.UTF8.GetString(report.Key)));
        Assert.Equal(whole.StateHash(), merged.StateHash());
        Assert.Matches("^[0-9a-f]{64}$", whole.StateHash());
        Assert.Equal(whole.Scores(0, ScoreView.SinceStart)!.Mae, merged.Scores(0, ScoreView.SinceStart)!.Mae);
        Assert.Equal(whole.Refused(0), merged.Refused(0));

        static SeriesRun Run() => new(TwoHorizons, SeriesRun.Learner("recursive-least-squares"), SeriesRun.Learner("last-value"));
    }

    [Fact]
    public void Given_states_that_differ_in_one_bit_or_key_When_hashed_Then_the_hashes_differ()
    {
        var hashes = new[] { ("a", 1.0), ("a", Math.BitIncrement(1.0)), ("b", 1.0) }.Select(row =>
        {
            var run = new SeriesRun(TwoHorizons, SeriesRun.Learner("last-value"));
            run.Feed(row.Item1, [row.Item2]);
            return run.Summary().StateHash();
        });

        Assert.Distinct(hashes.Append(new SeriesRun(TwoHorizons, SeriesRun.Learner("last-value")).Summary().StateHash()));
    }

    [Fact]
    public void Given_a_report_by_pages_When_they_are_joined_Then_they_are_the_whole_report()
    {
        var plan = new ForecastPlan(TwoHorizons, [SeriesRun.Learner("last-value")], 1, 100);
        var fleet = new ForecastFleet(plan, plan.MaxKeys);
        var feed = new Feed(1);
        for (var k = 0; k < 10; k++)
        {
            feed.Add($"key {9 - k}", 0, k);
        }

        fleet.Process(feed.Batch(), 0, PredictionBatch.Allocate(10, fleet.PredictionWidth));

        var pages = Enumerable.Range(0, 4).SelectMany(page => fleet.Report(page * 3, 3))
            .Select(report => Encoding.UTF8.GetString(report.Key));
        Assert.Equal(Enumerable.Range(0, 10).Select(k => $"key {k}"), pages);
    }

    private static ForecastSummary Summary(params ForecastKeyReport[] keys) =>
        new(new ForecastPlan(TwoHorizons, [SeriesRun.Learner("last-value")], 1, 10), keys);

    private static ForecastKeyReport Report(string key, params ErrorSums[] sums) => new(
        Encoding.UTF8.GetBytes(key), 1, 0, [0], [0], new byte[32], false, 0, [0, 0],
        [.. sums.SelectMany(sum => Enumerable.Repeat(sum, ForecastKeyReport.Views))], [0, 0]);
}

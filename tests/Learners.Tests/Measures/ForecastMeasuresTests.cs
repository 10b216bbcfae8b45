using System.Text;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Tests.Forecasting;

namespace StreamLearn.Learners.Tests.Measures;

public sealed class ForecastMeasuresTests
{
    private static readonly ForecastTask TwoHorizons = new() { Horizons = [1, 3], Scoring = new ScoringOptions { Window = 40, Fading = 0.9 } };

    [Fact]
    public void Given_a_series_when_it_is_measured_then_errors_are_those_computed_by_hand_in_every_view()
    {
        // One step ahead the last value says the value before. Scale: the largest value so far.
        var task = new ForecastTask { Horizons = [1], Scoring = new ScoringOptions { Window = 4, Fading = 0.5 } };
        var run = new SeriesRun(task, SeriesRun.Learner("last-value"));
        run.Feed("a", [10, 20, 5, 5, 8, 10]);
        double[] errors = [10 / 20.0, 15 / 20.0, 0, 3 / 20.0, 2 / 20.0];

        var values = Values(run.Fleet.Measure(KeySelection.None).Total);

        Assert.Equal(errors.Sum() / 5, values["mae"], 12);
        Assert.Equal(Math.Sqrt(errors.Sum(error => error * error) / 5), values["rmse"], 12);

        // Four quarters of one target each: the last four.
        Assert.Equal(errors[1..].Sum() / 4, values["mae_windowed"], 12);
        Assert.Equal(errors.Select((error, i) => error * Math.Pow(0.5, 4 - i)).Sum() / Enumerable.Range(0, 5).Sum(i => Math.Pow(0.5, i)), values["mae_fading"], 12);
        Assert.Equal((0, 0, 0), (values["skill"], values["skill_windowed"], values["skill_fading"]));
        Assert.Equal((1, 6, 5), (values["keys"], values["records"], values["targets"]));
        Assert.Equal(5 * SeriesRun.StepMilliseconds / 1000.0, values["event_time"]);
        Assert.Equal((10, 10), (values["value"], values["forecast"]));
        Assert.Equal(20, values["low"] + values["high"], 12);
        Assert.Equal(values["covered"] / 5, values["coverage"], 12);
    }

    [Fact]
    public void Given_keys_and_rivals_when_they_are_measured_then_it_is_what_the_summary_says()
    {
        var run = Fed(["b", "a", "ä"], 90);
        var summary = run.Summary();

        var total = run.Fleet.Measure(KeySelection.None).Total;

        foreach (var (view, suffix) in ((ScoreView, string)[])[(ScoreView.SinceStart, ""), (ScoreView.Windowed, "_windowed"), (ScoreView.Fading, "_fading")])
        {
            for (var learner = 0; learner < 2; learner++)
            {
                var scores = summary.Scores(learner, view)!;
                Assert.Equal(scores.Mae, Of(total, MeasureScope.Learner, "mae" + suffix, learner), 12);
                Assert.Equal(scores.Rmse, Of(total, MeasureScope.Learner, "rmse" + suffix, learner), 12);
                Assert.Equal(scores.Smape, Of(total, MeasureScope.Learner, "smape" + suffix, learner), 12);
                Assert.Equal(scores.Skill, Of(total, MeasureScope.Learner, "skill" + suffix, learner), 12);
                Assert.Equal(scores.SkillByHorizon, [Of(total, MeasureScope.Horizon, "skill" + suffix, learner), Of(total, MeasureScope.Horizon, "skill" + suffix, learner, 1)]);
            }
        }

        Assert.Equal(summary.CoverageByHorizon(), [Of(total, MeasureScope.Horizon, "coverage"), Of(total, MeasureScope.Horizon, "coverage", 0, 1)]);
        Assert.Equal((3, 270), (total.Keys, total.Records));
        Assert.Equal(summary.Refused(1), Of(total, MeasureScope.Learner, "refused_updates", 1));
        Assert.DoesNotContain(total.Values(), value => value.Measure.OfOneKey);
    }

    [Fact]
    public void Given_two_fleets_when_their_measures_are_added_then_they_are_those_of_one()
    {
        var whole = Fed(["a", "b", "c", "d"], 60).Fleet.Measure(KeySelection.None).Total;
        var left = Fed(["a", "b"], 60).Fleet.Measure(KeySelection.None).Total;
        var right = Fed(["c", "d"], 60).Fleet.Measure(KeySelection.None).Total;

        left.Add(right);

        Assert.All(whole.Values().Zip(left.Values()), pair =>
        {
            Assert.Equal((pair.First.Measure, pair.First.Learner, pair.First.Horizon), (pair.Second.Measure, pair.Second.Learner, pair.Second.Horizon));
            Assert.Equal(pair.First.Value, pair.Second.Value, 12);
        });
    }

    [Fact]
    public void Given_no_targets_when_it_is_measured_then_scores_are_not_known_and_counts_are()
    {
        var run = new SeriesRun(TwoHorizons, SeriesRun.Learner("last-value"));
        Assert.Equal(0, run.Fleet.Measure(KeySelection.None).Total.Keys);
        run.Feed("a", [1]);

        var values = run.Fleet.Measure(KeySelection.None).Total.Values().ToList();

        Assert.All(values.Where(value => value.Measure.Name is "mae" or "skill" or "coverage"), value => Assert.True(double.IsNaN(value.Value)));
        Assert.All(values.Where(value => value.Measure.IsWhole), value => Assert.True(double.IsFinite(value.Value)));
    }

    [Fact]
    public void Given_keys_that_are_wanted_alone_when_it_is_measured_then_there_are_the_named_ones_and_those_of_the_highest_rank()
    {
        var run = new SeriesRun(TwoHorizons, SeriesRun.Learner("last-value"));
        foreach (var (key, records) in ((string, int)[])[("e", 10), ("d", 30), ("c", 30), ("b", 20), ("a", 40)])
        {
            run.Feed(key, new Noise(1).Take(records));
        }

        var most = run.Fleet.Measure(Selection(2, KeyRank.Records, "e", "none")).Keys;
        var alone = Values(most.Single(key => Name(key) == "e").Measures);

        Assert.Equal(["e", "a", "c"], most.Select(Name));
        Assert.Equal([true, false, false], most.Select(key => key.IsNamed));
        Assert.Equal(10, alone["records"]);
        Assert.Contains("forecast", alone.Keys);
        Assert.Empty(run.Fleet.Measure(Selection(0, KeyRank.Records)).Keys);

        // The same, whatever fleets they are in.
        var other = new SeriesRun(TwoHorizons, SeriesRun.Learner("last-value"));
        other.Feed("f", new Noise(1).Take(35));
        var selection = Selection(2, KeyRank.Records, "e");
        Assert.Equal(
            ["e", "a", "f"],
            selection.Merge(other.Fleet.Measure(selection).Keys.Concat(run.Fleet.Measure(selection).Keys), NoMerge).Select(Name));

        static TaskMeasures NoMerge() => throw new InvalidOperationException("Every key is in one fleet.");
    }

    [Fact]
    public void Given_keys_when_they_are_ranked_by_error_then_the_worst_come_first_and_those_without_a_score_last()
    {
        var run = new SeriesRun(new ForecastTask { Horizons = [1] }, SeriesRun.Learner("last-value"));
        run.Feed("calm", [5.0, 5, 5, 5]);
        run.Feed("new", [5.0]);
        run.Feed("wild", [5.0, 1, 5, 1]);

        Assert.Equal(["wild", "calm", "new"], run.Fleet.Measure(Selection(3, KeyRank.Error)).Keys.Select(Name));
    }

    [Fact]
    public void Given_passive_keys_when_it_is_measured_then_they_are_counted_and_left_out_and_nothing_changes()
    {
        var run = Fed(["a", "b"], 30);
        var hash = run.Summary().StateHash();
        var states = run.Fleet.TakeChanges().ToDictionary(key => key, key =>
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            run.Fleet.SaveKey(key, buffer);
            run.Fleet.Saved(key, buffer.WrittenCount);
            return buffer.WrittenSpan.ToArray();
        });
        _ = run.Fleet.Measure(Selection(5, KeyRank.Error, "a"));
        Assert.Equal(hash, run.Summary().StateHash());
        Assert.Empty(run.Fleet.TakeChanges());

        run.Fleet.Passivate(1);
        var measures = run.Fleet.Measure(Selection(5, KeyRank.Error, "a"));

        Assert.Equal((1, 1, 1), (measures.PassiveKeys, measures.Total.Keys, measures.Keys.Count));
        Assert.Equal(2, states.Count);
    }

    private static SeriesRun Fed(string[] keys, int records)
    {
        var run = new SeriesRun(TwoHorizons, SeriesRun.Learner("recursive-least-squares"), SeriesRun.Learner("last-value"));
        foreach (var key in keys)
        {
            run.Feed(key, new Noise(key[0]).Take(records));
        }

        return run;
    }

    private static KeySelection Selection(int top, KeyRank by, params string[] named) => new(top, by, [.. named.Select(Encoding.UTF8.GetBytes)]);

    private static string Name(KeyMeasures key) => Encoding.UTF8.GetString(key.Key);

    /// <summary>By name; where a name has several scopes, the last one counts, which has one horizon.</summary>
    private static Dictionary<string, double> Values(TaskMeasures measures)
    {
        var values = new Dictionary<string, double>();
        foreach (var value in measures.Values())
        {
            values[value.Measure.Name] = value.Value;
        }

        return values;
    }

    private static double Of(TaskMeasures measures, MeasureScope scope, string name, int learner = 0, int horizon = 0) =>
        measures.Values().Single(value => (value.Measure.Scope, value.Measure.Name, value.Learner, value.Horizon) == (scope, name, learner, horizon)).Value;
}

using System.Text;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Tests.Supervised;

/// <summary>What becomes of records: predictions, labels that come apart, what is refused.</summary>
public sealed class SupervisedFleetTests
{
    private const long Start = SupervisedStream.Start;

    private static readonly string[] Weighing = ["batches", "masked", "effective_sample_size", "max_weight", "loss_range"];

    private static readonly string[] KeysBackwards = ["c", "b", "a"];

    private static readonly LearnerChoice Majority = SupervisedStream.Choice("classify", "majority");
    private static readonly LearnerChoice LastTarget = SupervisedStream.Choice("regress", "last-target");

    [Fact]
    public void Given_labelled_records_When_they_come_Then_each_is_predicted_by_what_came_before_it_and_learned()
    {
        var fleet = Fleet(SupervisedStream.Fixed, Majority);

        var answers = fleet.Process(new SupervisedFeed()
            .Labelled("k", Start, "blue", 1, 2, 3).Labelled("k", Start + 1, "blue", 1, 2, 3).Labelled("k", Start + 2, "red", 1, 2, 3)
            .Features("k", Start + 3, "", 1, 2, 3));

        Assert.All(answers.Statuses, status => Assert.Equal(ExampleStatus.Predicted, status));
        Assert.Equal([0, 1, 2, 3], answers.ModelVersions);
        Assert.Equal([0, 1 / 3.0, 1 / 3.0, 1 / 3.0], answers.List(0).ToArray());
        Assert.Equal([2, 0, 0, 1], answers.List(1).ToArray());
        Assert.Equal([2, 0, 0, 1], answers.List(2).ToArray());
        Assert.Equal([2, 1 / 3.0, 0, 2 / 3.0], answers.List(3).ToArray());
        Assert.Empty(answers.TextEnds);
        Assert.Equal((4, 3, 0), (fleet.ReportOf("k").Predicted, fleet.ReportOf("k").Learned, fleet.ReportOf("k").Waiting));
    }

    [Fact]
    public void Given_labels_that_grow_When_new_ones_come_Then_the_answer_has_the_classes_known_by_then_with_their_labels()
    {
        var fleet = Fleet(SupervisedStream.Growing, Majority);

        var answers = fleet.Process(new SupervisedFeed()
            .Labelled("k", Start, "b", 1, 2, 3).Labelled("k", Start + 1, "ä", 1, 2, 3).Label("k", Start + 1, "later", "c")
            .Features("k", Start + 2, "", 1, 2, 3).Features("k", Start + 3, "later", 1, 2, 3).Features("k", Start + 4, "", 1, 2, 3));

        Assert.Equal([-1], answers.List(0).ToArray());
        Assert.Equal([], answers.Text(0).ToArray());
        Assert.Equal([0, 1], answers.List(1).ToArray());
        Assert.Equal([1, 0, (byte)'b'], answers.Text(1).ToArray());
        Assert.Equal([], answers.Text(2).ToArray());
        Assert.Equal([0, 0.5, 0.5], answers.List(3).ToArray());
        Assert.Equal([1, 0, (byte)'b', 2, 0, 0xc3, 0xa4], answers.Text(3).ToArray());
        Assert.Equal([0, 1 / 3.0, 1 / 3.0, 1 / 3.0], answers.List(5).ToArray());
        Assert.Equal(["b", "ä", "c"], fleet.ReportOf("k").Classes);

        var copied = PredictionBatch.Allocate(2, 0);
        copied.CopyRow(answers, 1, 0);
        copied.CopyRow(answers, 3, 1);
        Assert.Equal(answers.Text(1), copied.Text(0));
        Assert.Equal(answers.Text(3), copied.Text(1));
        fleet.Restart();
        Assert.Equal(["b", "ä", "c"], fleet.ReportOf("k").Classes);
    }

    [Fact]
    public void Given_one_label_more_than_there_may_be_When_it_comes_Then_the_record_is_refused_and_nothing_has_changed()
    {
        var fleet = Fleet(SupervisedStream.Growing with { MaxClasses = 2 }, Majority);
        fleet.Process(new SupervisedFeed().Labelled("k", Start, "a", 1, 2, 3).Labelled("k", Start, "b", 1, 2, 3).Features("k", Start, "id", 1, 2, 3));
        var before = fleet.SaveKey("k");

        var answers = fleet.Process(new SupervisedFeed().Labelled("k", Start + 1, "c", 1, 2, 3).Label("k", Start + 1, "id", "c").Label("k", Start + 1, "early", "d"));

        Assert.All(answers.Statuses, status => Assert.Equal(ExampleStatus.UnknownLabel, status));
        Assert.True(ExampleStatus.UnknownLabel.IsRefusal());
        Assert.Equal(before, fleet.SaveKey("k"));
        Assert.Equal(ExampleStatus.Learned, fleet.Process(new SupervisedFeed().Label("k", Start + 1, "id", "b")).Statuses[0]);
    }

    [Fact]
    public void Given_an_early_label_that_was_new_When_there_is_no_room_for_it_any_more_Then_its_features_are_scored_and_not_learned()
    {
        var fleet = Fleet(SupervisedStream.Growing with { MaxClasses = 2 }, Majority);
        fleet.Process(new SupervisedFeed().Label("k", Start, "id", "z").Labelled("k", Start, "a", 1, 2, 3).Labelled("k", Start, "b", 1, 2, 3));

        var answers = fleet.Process(new SupervisedFeed().Features("k", Start, "id", 1, 2, 3).Features("k", Start, "", 1, 2, 3));

        Assert.Equal([2L, 2L], answers.ModelVersions);
        Assert.Equal(3, fleet.ReportOf("k").Learned);
        Assert.Equal(["a", "b"], fleet.ReportOf("k").Classes);
        fleet.Restart();
    }

    [Fact]
    public void Given_records_of_another_form_When_they_come_Then_they_are_refused_and_no_key_begins()
    {
        var fleet = Fleet(SupervisedStream.Fixed, Majority);
        var numbers = Fleet(SupervisedStream.Numbers, LastTarget);

        var answers = fleet.Process(new SupervisedFeed()
            .Features("k", Start, "", 1, 2).Features("k", Start, "", 1, float.NaN, 3).Features("k", Start, "", 1, 2, float.PositiveInfinity)
            .Labelled("k", Start, "pink", 1, 2, 3).Label("k", Start, "id", "pink").Label("k", Start, "", "red").Label("k", Start, "id", "")
            .Label("k", Start, "id", new string('x', 129)).Add("k", Start, []).Add("k", Start, [3, 0, 0]).Add("k", Start, [0, 0, 0, 255, 255, 255, 127])
            .Labelled("k", Start, 1.5, 1, 2, 3));
        var ofNumbers = numbers.Process(new SupervisedFeed().Labelled("k", Start, double.NaN, 1, 2, 3).Label("k", Start, "id", double.NegativeInfinity));

        Assert.Equal(
            [
                ExampleStatus.Unusable, ExampleStatus.NotFinite, ExampleStatus.NotFinite, ExampleStatus.UnknownLabel, ExampleStatus.UnknownLabel,
                ExampleStatus.Unusable, ExampleStatus.Unusable, ExampleStatus.Unusable, ExampleStatus.Unusable, ExampleStatus.Unusable, ExampleStatus.Unusable,
                ExampleStatus.Unusable,
            ],
            answers.Statuses);
        Assert.All(ofNumbers.Statuses, status => Assert.Equal(ExampleStatus.NotFinite, status));
        Assert.Equal((0, 0), (fleet.Fleet.Keys, numbers.Fleet.Keys));
    }

    [Fact]
    public void Given_features_When_their_label_comes_Then_they_are_scored_by_what_was_said_then()
    {
        var fleet = Fleet(SupervisedStream.Growing, SupervisedStream.Choice("classify", "last-label"));

        var answers = fleet.Process(new SupervisedFeed()
            .Labelled("k", Start, "a", 1, 2, 3).Features("k", Start, "of a", 1, 2, 3).Features("k", Start, "of c", 1, 2, 3)
            .Labelled("k", Start, "b", 1, 2, 3).Label("k", Start, "of a", "a").Label("k", Start, "of c", "c"));

        Assert.Equal([ExampleStatus.Learned, ExampleStatus.Learned], answers.Statuses[4..]);

        // Nothing was known of the first, a was said of the others: the second is wrong, the third right; c was not known when the fourth was asked.
        var sums = fleet.Summary().SumsOf(0, ScoreView.SinceStart);
        Assert.Equal((4, 1), (sums.Weight, sums.Correct));
        Assert.Equal(3 * -Math.Log(1e-6) / 4, fleet.Summary().ClassScoresOf(0, ScoreView.SinceStart).LogLoss, 1e-12);
        Assert.Equal((1 + 2 + 0 + 2) / 4.0, fleet.Summary().ClassScoresOf(0, ScoreView.SinceStart).Brier, 1e-12);
    }

    [Fact]
    public void Given_numbers_When_they_are_predicted_Then_the_answer_is_the_number_and_errors_are_in_units_of_the_largest_target()
    {
        var fleet = Fleet(SupervisedStream.Numbers, SupervisedStream.Choice("regress", "running-mean"));

        var answers = fleet.Process(new SupervisedFeed()
            .Labelled("k", Start, 4, 1, 2, 3).Labelled("k", Start, 8, 1, 2, 3).Features("k", Start, "id", 1, 2, 3).Label("k", Start, "id", -6));

        Assert.Equal([0, 4, 6, 0], answers.Values);
        var scores = fleet.Summary().TargetScoresOf(0, ScoreView.SinceStart);
        Assert.Equal(((4 / 4.0) + (4 / 8.0) + (12 / 8.0)) / 3, scores.Mae, 1e-12);

        // The last target says 0, 4, 8.
        Assert.Equal(1 - (scores.Mae / (((4 / 4.0) + (4 / 8.0) + (14 / 8.0)) / 3)), scores.Skill, 1e-12);
    }

    [Fact]
    public void Given_labels_that_go_up_and_down_When_accuracy_is_taken_over_that_of_the_last_label_Then_it_is_the_label_known_last()
    {
        var fleet = Fleet(SupervisedStream.Fixed, Majority);

        fleet.Process(new SupervisedFeed()
            .Labelled("k", Start, "red", 1, 2, 3).Labelled("k", Start, "blue", 1, 2, 3).Labelled("k", Start, "red", 1, 2, 3).Features("k", Start, "id", 1, 2, 3)
            .Labelled("k", Start, "red", 1, 2, 3).Labelled("k", Start, "green", 1, 2, 3).Label("k", Start, "id", "red").Labelled("k", Start, "red", 1, 2, 3));

        // The fourth, the one that waited (red was last when it was asked), and the last one.
        Assert.Equal(3, fleet.Summary().SumsOf(0, ScoreView.SinceStart).LastCorrect);
    }

    [Fact]
    public void Given_samples_that_are_weighted_When_a_batch_has_equal_losses_or_not_Then_the_weights_are_reported_and_measured()
    {
        var fleet = Fleet(
            SupervisedStream.Fixed, SupervisedStream.Choice(
                "classify", "mlp-classifier", ("batch", "4"), ("reweighting", "lin-upper"), ("burn-in", "0"), ("temperature-decay", "0"), ("temperature", "0.4")));

        // Nothing has been learned: all classes, and so all losses, are alike.
        fleet.Process(Rows(4));
        Assert.Equal(new ReweightingStanding(1, 0, 4, 4, 1, 0, 0.4), fleet.ReportOf("k").Reweighting);

        fleet.Process(Rows(20));
        var standing = fleet.ReportOf("k").Reweighting;
        Assert.Equal((6, 0, 4), (standing.Steps, standing.Masked, standing.Samples));
        Assert.InRange(standing.EffectiveSampleSize, 1, 3.9);
        Assert.InRange(standing.MaxWeight, 1.01, 4);
        Assert.True(standing.LossRange > 0);
        var measured = fleet.Fleet.Measure(KeySelection.None).Total.Values().Where(value => value.Learner == 0).ToLookup(value => value.Measure.Name, value => value.Value);
        Assert.Equal(
            [6, 0, standing.EffectiveSampleSize, standing.MaxWeight, standing.LossRange],
            Weighing.Select(name => measured[name].Single()));
        Assert.Equal(0, fleet.Summary().Refused(0));

        static SupervisedFeed Rows(int count)
        {
            var (feed, random) = (new SupervisedFeed(), new Random(count));
            for (var i = 0; i < count; i++)
            {
                SupervisedStream.Labelled(feed, SupervisedStream.Fixed, "k", Start + i, "", SupervisedStream.Features(random));
            }

            return feed;
        }
    }

    [Theory]
    [InlineData(JoinPolicy.Drop)]
    [InlineData(JoinPolicy.DeadLetter)]
    public void Given_ids_that_come_twice_late_or_for_nothing_When_the_task_says_so_Then_they_are_dropped_or_refused(JoinPolicy policy)
    {
        var task = SupervisedStream.Fixed with
        {
            Join = new JoinOptions { TimeToLiveMilliseconds = 10, MaxPending = 2, Duplicates = policy, Late = policy, Early = policy },
        };
        var fleet = Fleet(task, Majority);

        var answers = fleet.Process(new SupervisedFeed()
            .Label("new", Start, "x", "red")
            .Features("k", Start, "a", 1, 2, 3).Features("k", Start, "a", 1, 2, 3).Label("k", Start, "a", "red").Label("k", Start, "a", "red")
            .LabelledAs("k", Start, "a", "red", 1, 2, 3).Label("k", Start, "none", "red")
            .Features("k", Start, "b", 1, 2, 3).Features("k", Start + 11, "c", 1, 2, 3).Label("k", Start + 11, "b", "red"));

        var drops = policy == JoinPolicy.Drop;
        Assert.Equal(
            [
                drops ? ExampleStatus.Dropped : ExampleStatus.UnknownDecision,
                ExampleStatus.Predicted, drops ? ExampleStatus.Dropped : ExampleStatus.DuplicateDecision,
                ExampleStatus.Learned, drops ? ExampleStatus.Dropped : ExampleStatus.DuplicateFeedback,
                drops ? ExampleStatus.Dropped : ExampleStatus.DuplicateDecision, drops ? ExampleStatus.Dropped : ExampleStatus.UnknownDecision,
                ExampleStatus.Predicted, ExampleStatus.Predicted, drops ? ExampleStatus.Dropped : ExampleStatus.LateFeedback,
            ],
            answers.Statuses);
        Assert.Equal(new JoinCounts(1, 1, 0, 1, 2, 1, 0, 1), fleet.ReportOf("k").Join);
        Assert.Equal(1, fleet.Fleet.Keys);
    }

    [Fact]
    public void Given_a_frozen_key_When_labels_come_Then_they_are_scored_and_nothing_is_learned_and_no_class_is_new()
    {
        var fleet = Fleet(SupervisedStream.Growing, SupervisedStream.Choice("classify", "logistic"));
        fleet.Process(new SupervisedFeed().Labelled("k", Start, "a", 1, 2, 3).Labelled("k", Start, "b", 2, 2, 3).Features("k", Start, "id", 1, 2, 3));
        fleet.Process(new SupervisedFeed().Add("k", 0, new ControlRecord(ControlVerb.Freeze, ControlScope.Key, "test").Encode(), ExampleKind.Control));
        var said = fleet.Process(new SupervisedFeed().Features("k", Start, "", 1, 2, 3)).List(0).ToArray();

        var answers = fleet.Process(new SupervisedFeed()
            .Label("k", Start, "id", "a").Labelled("k", Start, "a", 5, 2, 3).Labelled("k", Start, "c", 1, 2, 3).Features("k", Start, "", 1, 2, 3));

        Assert.Equal([ExampleStatus.Learned, ExampleStatus.Predicted, ExampleStatus.Predicted, ExampleStatus.Predicted], answers.Statuses);
        Assert.Equal(said, answers.List(3).ToArray());
        Assert.All(answers.ModelVersions, version => Assert.Equal(2, version));
        var report = fleet.ReportOf("k");
        Assert.Equal((true, 5), (report.Frozen, report.Learned));
        Assert.Equal(["a", "b"], report.Classes);
        Assert.Equal(5, fleet.Summary().Scored);
        fleet.Restart();
    }

    [Fact]
    public void Given_a_tombstone_When_it_comes_Then_the_key_begins_anew()
    {
        var fleet = Fleet(SupervisedStream.Fixed, Majority);
        fleet.Process(new SupervisedFeed().Labelled("k", Start, "blue", 1, 2, 3).Forget("k"));

        Assert.Equal([0, 1 / 3.0, 1 / 3.0, 1 / 3.0], fleet.Process(new SupervisedFeed().Features("k", Start, "", 1, 2, 3)).List(0).ToArray());
    }

    [Fact]
    public void Given_labels_from_some_record_on_are_scored_When_they_come_Then_the_first_ones_are_learned_only()
    {
        var fleet = Fleet(SupervisedStream.Numbers with { Scoring = new ScoringOptions { From = 2 } }, LastTarget);

        fleet.Process(new SupervisedFeed().Labelled("k", Start, 10, 1, 2, 3).Labelled("k", Start, 4, 1, 2, 3).Labelled("k", Start, 5, 1, 2, 3));

        Assert.Equal((1, 0.1), (fleet.Summary().Scored, fleet.Summary().TargetScoresOf(0, ScoreView.SinceStart).Mae));
    }

    [Fact]
    public void Given_keys_When_their_scores_are_added_up_Then_they_are_those_of_all_labels_whatever_the_fleets()
    {
        var plan = SupervisedStream.PlanOfAll(SupervisedStream.Growing, "logistic");
        var feed = SupervisedStream.Of(SupervisedStream.Growing, ["a", "b", "c"], 500);
        var together = new SupervisedFleetUnderTest(plan);
        together.Process(feed);
        var apart = KeysBackwards.Select(key =>
        {
            var fleet = new SupervisedFleetUnderTest(plan);
            fleet.Process(feed.BatchOf(key));
            return fleet;
        }).ToArray();

        var one = together.Summary();
        var other = new SupervisedSummary(plan, apart.SelectMany(fleet => fleet.Fleet.Report()));

        Assert.Equal(one.StateHash(), other.StateHash());
        Assert.Equal((one.Predicted, one.Learned, one.Waiting, one.Join), (other.Predicted, other.Learned, other.Waiting, other.Join));
        for (var learner = 0; learner < plan.Learners.Count; learner++)
        {
            foreach (var view in Enum.GetValues<ScoreView>())
            {
                Assert.Equal(one.ClassScoresOf(learner, view), other.ClassScoresOf(learner, view));
            }
        }

        var measures = together.Fleet.Measure(KeySelection.None).Total.Values().ToList();
        Assert.Equal(one.ClassScoresOf(1, ScoreView.Fading).Kappa, measures.Single(value => value.Measure.Name == "kappa_fading" && value.Learner == 1).Value);
        Assert.Equal(one.Learned, measures.Single(value => value.Measure.Name == "learned").Value);
    }

    [Fact]
    public void Given_a_watched_key_When_records_go_by_Then_it_is_seen_what_was_predicted_and_what_was_right()
    {
        var plan = SupervisedStream.Plan(SupervisedStream.Growing, Majority);
        var fleet = new SupervisedFleetUnderTest(plan);
        var feed = new SupervisedFeed().Labelled("k", Start, "a", 1, 2, 3).Labelled("k", Start, "b", 1, 2, 3).Features("k", Start, "id", 1, 2, 3)
            .Label("k", Start, "id", "b").Label("k", Start, "id", "b").Labelled("k", Start, "b", 1, 2, 3);
        var answers = fleet.Process(feed);
        var watcher = plan.CreateWatcher();
        var numbers = new double[watcher.Width];
        var seen = Enumerable.Range(0, feed.Count).Select(row => watcher.See(feed.Batch(), row, answers, row, numbers) ? numbers.ToArray() : []).ToList();

        Assert.Equal([double.NaN, double.NaN, double.NaN], seen[0]);
        Assert.Equal([0, 1, double.NaN], seen[1]);
        Assert.Equal([0, 0.5, double.NaN], seen[2]);
        Assert.Equal([double.NaN, double.NaN, 1], seen[3]);
        Assert.Empty(seen[4]);
        Assert.Equal([1, 2 / 3.0, 1], seen[5]);

        var standing = fleet.Fleet.Find(new KeySearch("", KeyOrder.Error, 5)).Keys.Single();
        Assert.Equal((4, 4, 2), (standing.Numbers[SupervisedStanding.Predicted], standing.Numbers[SupervisedStanding.Learned], standing.Numbers[SupervisedStanding.Classes]));
        Assert.Equal(standing.Rank, standing.Numbers[SupervisedStanding.Error]);
    }

    [Fact]
    public void Given_settings_that_do_not_fit_When_a_plan_is_made_Then_they_are_refused_by_their_path()
    {
        Refused("task.kind", SupervisedStream.Fixed with { Name = "cook" });
        Refused("task.features", SupervisedStream.Fixed with { Features = 0 });
        Refused("task.classes", SupervisedStream.Fixed with { Classes = ["one"] });
        Refused("task.classes", SupervisedStream.Fixed with { Classes = ["a", "a"] });
        Refused("task.classes", SupervisedStream.Fixed with { Classes = ["a", new string('ä', 65)] });
        Refused("task.classes", SupervisedStream.Numbers with { Classes = ["a", "b"] });
        Refused("task.max-classes", SupervisedStream.Growing with { MaxClasses = 1025 });
        Refused("task.label-ttl", SupervisedStream.Fixed with { Join = new JoinOptions { TimeToLiveMilliseconds = 0 } });
        Refused("task.missing", SupervisedStream.Fixed with { Join = new JoinOptions { Missing = 0 } });
        Refused("task.scoring.window", SupervisedStream.Fixed with { Scoring = new ScoringOptions { Window = 1 } });
        var wide = Assert.Throws<OptionException>(() => SupervisedStream.Plan(
            SupervisedStream.Numbers with { Features = 1001 }, SupervisedStream.Choice("regress", "linear-regression")));
        Assert.Equal("learner", wide.Path);
        Assert.Throws<ArgumentException>(() => SupervisedStream.Plan(SupervisedStream.Fixed, LastTarget));
        Assert.Throws<StateFormatException>(() =>
        {
            var fleet = Fleet(SupervisedStream.Fixed, Majority);
            fleet.Process(new SupervisedFeed().Features("k", Start, "", 1, 2, 3));
            Fleet(SupervisedStream.Fixed with { FeatureNames = "others" }, Majority).LoadKey("k", fleet.SaveKey("k"));
        });

        static void Refused(string path, SupervisedTask task) =>
            Assert.Equal(path, Assert.Throws<OptionException>(() => SupervisedStream.Plan(task, Majority)).Path);
    }

    [Fact]
    public void Given_answers_When_their_bytes_are_estimated_Then_no_answer_takes_more()
    {
        var task = SupervisedStream.Growing with { MaxClasses = 40 };
        var plan = SupervisedStream.Plan(task, Majority);
        var fleet = new SupervisedFleetUnderTest(plan);
        var feed = new SupervisedFeed();
        for (var i = 0; i < 41; i++)
        {
            feed.Labelled("k", Start, i.ToString("D3", null) + new string('x', 125), 1, 2, 3);
        }

        var answers = fleet.Process(feed);

        Assert.Equal(ExampleStatus.UnknownLabel, answers.Statuses[^1]);
        var last = answers.List(39).Length * 9 + answers.Text(39).Length;
        Assert.InRange(last, 39 * (9 + 130), plan.AnswerBytes(feed.Batch(), 39));
        Assert.Equal(plan.MostAnswerBytes, plan.AnswerBytes(feed.Batch(), 39));
        var label = new SupervisedFeed().Label("k", Start, "id", "a").Batch();
        Assert.InRange(plan.AnswerBytes(label, 0), 1, 100);
        Assert.True(plan.ReportBytes > Encoding.UTF8.GetByteCount(string.Concat(fleet.ReportOf("k").Classes)));
    }

    private static SupervisedFleetUnderTest Fleet(SupervisedTask task, params LearnerChoice[] learners) => new(SupervisedStream.Plan(task, learners));
}

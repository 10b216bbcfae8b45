using System.Text;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Tests.Language;

/// <summary>What a pipeline of texts promises, whatever its learner.</summary>
public sealed class LanguageFleetTests
{
    private static readonly LanguageTask Task = new() { Context = 16 };

    public static TheoryData<string> Kinds() => ["gpt", "gpt-mixture", "gpt-lin-upper", "byte-ngram", "unigram"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_texts_When_they_are_cut_into_other_chunks_and_the_fleet_restarts_between_them_Then_state_and_scores_are_the_same_bits(string kind)
    {
        var feed = TextFeed.Mixed(60, keys: 2);
        using var whole = new TextFleet(PlanOf(kind));
        whole.Process(feed);
        using var cut = new TextFleet(PlanOf(kind));
        foreach (var (from, to) in new[] { (0, 1), (1, 6), (6, 7), (7, 31), (31, 60) })
        {
            cut.Process(feed.Batch(from, to));
            cut.Restart();
        }

        Assert.Equal(whole.Hash(), cut.Hash());
        Assert.Equal(whole.SaveKey("k0"), cut.SaveKey("k0"));
        Assert.Equal(whole.Summary().ScoreOf(0).Total, cut.Summary().ScoreOf(0).Total);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_easy_texts_When_they_go_on_Then_they_are_foreseen_better_and_every_token_is_scored_once(string kind)
    {
        using var fleet = new TextFleet(PlanOf(kind, ("batch-records", "4")));
        var feed = new TextFeed();
        for (var i = 0; i < 400; i++)
        {
            feed.Text("a", "the cat sat on it.");
        }

        fleet.Process(feed.Batch(0, 40));
        var early = fleet.Summary().ScoreOf(0);
        fleet.Process(feed.Batch(40, 400));
        var late = fleet.Summary().ScoreOf(0);

        Assert.Equal((400 * 19, 400 * 18), (late.Total.Tokens, late.Total.Bytes));
        Assert.InRange(early.Total.Perplexity, 1, 300);
        Assert.True(late.Fading.Perplexity < early.Total.Perplexity * 0.9, $"{early.Total.Perplexity} then {late.Fading.Perplexity}");
        Assert.Equal(400, fleet.Summary().Learned);
        var domain = Assert.Single(late.Domains);
        Assert.Equal(("a", late.Total), (domain.Domain, domain.Total));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_a_record_When_somebody_asks_what_would_be_said_Then_it_is_what_is_said_then_and_nothing_has_changed(string kind)
    {
        var task = Task with { Score = TextScore.Record };
        using var fleet = new TextFleet(PlanOf(kind, task));
        fleet.Process(TextFeed.Mixed(40));
        var hash = fleet.Hash();
        var next = new TextFeed().Text("a", "the cat in the hat has a bat").Batch();
        var foreseen = fleet.Fleet.Foresee(next, 0);
        Assert.Equal(hash, fleet.Hash());
        var said = fleet.Process(next);

        Assert.Equal(ExampleStatus.Predicted, said.Statuses[0]);
        Assert.Equal(foreseen.Numbers, said.List(0).ToArray());
        Assert.Equal(foreseen.ModelVersion, said.ModelVersions[0]);
        Assert.Equal(29, said.List(0)[0]);
        Assert.InRange(said.List(0)[1], 1, 1000);
        Assert.NotEqual(hash, fleet.Hash());
        Assert.Equal(ForesightStatus.NothingYet, fleet.Fleet.Recall("k"u8).Status);
        Assert.Equal(ForesightStatus.UnknownKey, fleet.Fleet.Foresee(new TextFeed().Text("a", "x", "other").Batch(), 0).Status);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_a_frozen_key_When_texts_come_Then_they_are_scored_and_not_learned(string kind)
    {
        using var fleet = new TextFleet(PlanOf(kind));
        fleet.Process(TextFeed.Mixed(40));
        var (learned, tokens) = (fleet.Summary().Learned, fleet.Summary().ScoreOf(0).Total.Tokens);
        var before = fleet.Fleet.Foresee(new TextFeed().Text("a", "the cat").Batch(), 0);
        fleet.Say(ControlVerb.Freeze);
        var answers = fleet.Process(new TextFeed().Text("a", "the cat sat").Text("b", "for (i) for"));

        Assert.Equal([ExampleStatus.Learned, ExampleStatus.Learned], answers.Statuses);
        Assert.Equal((learned, tokens + 24), (fleet.Summary().Learned, fleet.Summary().ScoreOf(0).Total.Tokens));
        Assert.Equal(before.Numbers, fleet.Fleet.Foresee(new TextFeed().Text("a", "the cat").Batch(), 0).Numbers);
        fleet.Say(ControlVerb.Unfreeze);
        fleet.Process(TextFeed.Mixed(40, seed: 9));
        Assert.True(fleet.Summary().Learned > learned);
    }

    [Fact]
    public void Given_domains_that_are_fixed_When_another_comes_Then_it_is_refused_and_makes_no_key()
    {
        using var fleet = new TextFleet(TextFleet.PlanOf(Task with { Domains = ["a", "b"] }, TextFleet.Learner("unigram")));
        var answers = fleet.Process(new TextFeed().Text("c", "text").Text("b", "text"));

        Assert.Equal([ExampleStatus.UnknownDomain, ExampleStatus.Learned], answers.Statuses);
        Assert.True(answers.Statuses[0].IsRefusal());
        Assert.Equal(1, Assert.Single(fleet.Fleet.Report()).Records);
    }

    [Fact]
    public void Given_domains_that_grow_When_there_are_as_many_as_may_be_Then_one_more_is_refused_and_changes_nothing()
    {
        using var fleet = new TextFleet(TextFleet.PlanOf(Task with { MaxDomains = 2 }, TextFleet.Learner("unigram")));
        fleet.Process(new TextFeed().Text("x", "text").Text("y", "text"));
        var hash = fleet.Hash();
        Assert.Equal(ForesightStatus.Unusable, fleet.Fleet.Foresee(new TextFeed().Text("z", "text").Batch(), 0).Status);
        Assert.Equal(ForesightStatus.Predicted, fleet.Fleet.Foresee(new TextFeed().Text("y", "text").Batch(), 0).Status);
        var answers = fleet.Process(new TextFeed().Text("z", "text"));

        Assert.Equal(ExampleStatus.UnknownDomain, answers.Statuses[0]);
        Assert.Equal(hash, fleet.Hash());
        Assert.Equal(["x", "y"], Assert.Single(fleet.Fleet.Report()).Domains);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("0000AA")]
    [InlineData("010061")]
    [InlineData("FFFF6161")]
    public void Given_bytes_that_are_no_text_When_they_come_Then_they_are_refused(string hex)
    {
        using var fleet = new TextFleet(TextFleet.PlanOf(Task, TextFleet.Learner("unigram")));
        Assert.Equal(ExampleStatus.Unusable, fleet.Process(new TextFeed().Payload(Convert.FromHexString(hex))).Statuses[0]);
        Assert.Equal(0, fleet.Fleet.Keys);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Given_odd_texts_When_they_are_learned_Then_all_scores_are_finite(string kind)
    {
        using var fleet = new TextFleet(PlanOf(kind));
        var feed = new TextFeed();
        for (var i = 0; i < 30; i++)
        {
            // One token; no UTF-8; longer than many contexts; always the same.
            feed.Text("a", "x").Text("b", [0xff, 0xfe, 0x80, 0]).Text("c", new string('y', 300)).Text("a", "x");
        }

        fleet.Process(feed);

        var score = fleet.Summary().ScoreOf(0);
        const int All = 30 * (2 + 5 + 301 + 2);
        if (kind == "gpt-mixture")
        {
            // 17 times something was due, and 64 sequences at most are learned each time.
            Assert.InRange(score.Total.Tokens, 17, All);
            Assert.True(fleet.Summary().Training.Dropped + fleet.Summary().Training.Waiting > 0 || score.Total.Tokens == All);
        }
        else
        {
            // What has not been due waits: 120 texts are 17 times 7 and one more, of two tokens.
            Assert.Equal(All, score.Total.Tokens + (kind.StartsWith("gpt", StringComparison.Ordinal) ? 2 : 0));
            Assert.Equal(kind.StartsWith("gpt", StringComparison.Ordinal) ? 1 : 0, fleet.Summary().Training.Waiting);
        }

        Assert.All(score.Domains, domain => Assert.True(double.IsFinite(domain.Total.Nats) && double.IsFinite(domain.Fading.Perplexity)));
    }

    [Fact]
    public void Given_losses_that_are_all_equal_When_they_are_weighted_Then_all_count_alike()
    {
        using var fleet = new TextFleet(PlanOf("gpt-lin-upper"));
        var feed = new TextFeed();
        for (var i = 0; i < 70; i++)
        {
            feed.Text("a", "abcdefghijklmno");
        }

        fleet.Process(feed);

        var training = fleet.Summary().Training;
        Assert.Equal((20, 1.0, 0L), ((int)training.Steps, training.MaxWeight, training.Masked));
        Assert.Equal(training.Sequences, training.EffectiveSampleSize, 1e-9);
        Assert.Equal(1, fleet.Summary().ScoreOf(0).Domains[0].Weight, 1e-6);
    }

    [Fact]
    public void Given_domains_of_unlike_losses_When_high_losses_count_more_Then_the_harder_domain_is_given_the_larger_weight()
    {
        using var fleet = new TextFleet(PlanOf("gpt-lin-upper"));
        fleet.Process(TextFeed.Mixed(600));

        var score = fleet.Summary().ScoreOf(0);
        Assert.Equal(["a", "b", "c"], score.Domains.Select(domain => domain.Domain));
        Assert.True(score.Domains[2].Total.Perplexity > score.Domains[0].Total.Perplexity);
        Assert.True(score.Domains[2].FadingWeight > score.Domains[0].FadingWeight, string.Join(", ", score.Domains.Select(domain => domain.FadingWeight)));
    }

    [Fact]
    public void Given_a_mixture_When_sequences_are_learned_Then_they_are_of_the_domains_as_often_as_it_says_and_the_rest_is_dropped()
    {
        var plan = TextFleet.PlanOf(Task, TextFleet.Gpt(("domain-weights", "a = 3, b = 1"), ("batch-records", "40"), ("queue-rows", "16")));
        using var fleet = new TextFleet(plan);
        fleet.Process(TextFeed.Mixed(4000));

        var score = fleet.Summary().ScoreOf(0);
        Assert.Equal(["a", "b"], score.Domains.Select(domain => domain.Domain));
        var share = score.Domains[0].Total.Tokens / score.Total.Tokens;
        Assert.InRange(share, 0.68, 0.82);
        Assert.True(fleet.Summary().Training.Dropped > 0);
        Assert.InRange(fleet.Summary().Training.Waiting, 0, 32);
    }

    [Theory]
    [InlineData("layers", "0", "learner.layers")]
    [InlineData("width", "9", "learner.width")]
    [InlineData("domain-weights", "a", "learner.domain-weights")]
    [InlineData("domain-weights", "a = -1", "learner.domain-weights")]
    [InlineData("domain-weights", "a = 1, a = 2", "learner.domain-weights")]
    [InlineData("domain-weights", "other = 1", "learner.domain-weights")]
    [InlineData("reweighting", "best", "learner.reweighting")]
    [InlineData("device", "tpu", "learner.device")]
    public void Given_a_setting_that_cannot_be_used_When_a_plan_is_made_Then_it_is_refused_by_its_path(string name, string value, string path)
    {
        var refusal = Assert.Throws<OptionException>(() => TextFleet.PlanOf(Task with { Domains = ["a", "b"] }, TextFleet.Gpt((name, value))));
        Assert.Equal(path, refusal.Path);
    }

    [Fact]
    public void Given_tasks_that_cannot_be_When_they_are_checked_Then_they_are_refused_by_their_path()
    {
        AssertRefused("task.context", Task with { Context = 1 });
        AssertRefused("task.max-domains", Task with { MaxDomains = 0 });
        AssertRefused("task.domains", Task with { Domains = ["a", "a"] });
        AssertRefused("task.domains", Task with { Domains = [""] });
        AssertRefused("task.scoring.fading", Task with { Scoring = new LanguageScoring { Fading = 1 } });
        AssertRefused("task.scoring.window", Task with { Scoring = new LanguageScoring { Window = 1 } });

        static void AssertRefused(string path, LanguageTask task) => Assert.Equal(path, Assert.Throws<OptionException>(() => task.Validate()).Path);
    }

    [Fact]
    public void Given_a_stored_state_When_the_task_or_the_model_is_another_Then_it_is_refused_and_damage_is_too()
    {
        using var fleet = new TextFleet(PlanOf("gpt"));
        fleet.Process(TextFeed.Mixed(20));
        var state = fleet.SaveKey();
        using var other = new TextFleet(PlanOf("gpt", Task with { Context = 32 }));
        Assert.Contains("context 16", Assert.Throws<StateFormatException>(() => other.Fleet.LoadKey("k"u8, state)).Message, StringComparison.Ordinal);
        using var wider = new TextFleet(PlanOf("gpt", ("width", "16")));
        Assert.Contains("width 8", Assert.Throws<StateFormatException>(() => wider.Fleet.LoadKey("k"u8, state)).Message, StringComparison.Ordinal);
        for (var length = 0; length < state.Length; length += 997)
        {
            Assert.Throws<StateFormatException>(() => fleet.Fleet.LoadKey("x"u8, state.AsMemory(0, length)));
        }
    }

    [Fact]
    public void Given_its_published_settings_When_they_are_set_Then_they_are_its_defaults_and_an_unusable_one_is_refused_by_its_path()
    {
        Assert.All(LanguageCatalog.All, registration =>
        {
            using var bare = new TextFleet(TextFleet.PlanOf(Task, TextFleet.Learner(registration.Kind)));
            using var stated = new TextFleet(TextFleet.PlanOf(
                Task, TextFleet.Learner(registration.Kind, [.. registration.Options.Select(option => (option.Key, option.Value))])));
            bare.Process(TextFeed.Mixed(40));
            stated.Process(TextFeed.Mixed(40));
            Assert.Equal(bare.Hash(), stated.Hash());
            Assert.All(registration.Options.Keys, name =>
            {
                var refusal = Assert.Throws<OptionException>(() => TextFleet.PlanOf(Task, TextFleet.Learner(registration.Kind, (name, "eleven"))));
                Assert.Equal("learner." + name, refusal.Path);
            });
        });
    }

    [Fact]
    public void Given_a_rival_beside_the_model_When_texts_come_Then_both_are_scored_on_the_same_tokens_and_weights_can_be_taken_out()
    {
        using var fleet = new TextFleet(TextFleet.PlanOf(Task, TextFleet.Gpt(("batch-records", "5")), TextFleet.Learner("byte-ngram"), TextFleet.Learner("unigram")));
        fleet.Process(TextFeed.Mixed(50));

        var summary = fleet.Summary();
        Assert.Equal(summary.ScoreOf(0).Total.Tokens, summary.ScoreOf(1).Total.Tokens);
        Assert.Equal(summary.ScoreOf(0).Total.Bytes, summary.ScoreOf(2).Total.Bytes);
        Assert.True(summary.ScoreOf(1).Total.Perplexity < summary.ScoreOf(2).Total.Perplexity);
        var weights = Assert.Single(fleet.Fleet.Weights("k"u8));
        Assert.Equal("gpt", weights.Name);
        Assert.True(weights.Layout.Contains("h.0.attn.c_attn.weight"));
    }

    [Fact]
    public void Given_measures_of_two_keys_When_they_are_added_Then_they_are_those_of_the_summary()
    {
        using var fleet = new TextFleet(PlanOf("gpt"));
        fleet.Process(TextFeed.Mixed(80, keys: 2));

        var values = fleet.Fleet.Measure(StreamLearn.Learners.Measures.KeySelection.None).Total.Values().ToList();
        var summary = fleet.Summary();
        Assert.Equal(summary.ScoreOf(0).Total.Perplexity, Value("perplexity"), 1e-9);
        Assert.Equal(summary.Training.Steps, Value("steps"));
        Assert.Equal(summary.ScoreOf(0).WorstDomainPerplexity, Value("perplexity_worst_domain"), 1e-9);
        Assert.Equal(3, Value("domains"));

        double Value(string name) => values.Single(value => value.Measure.Name == name && value.Learner == 0).Value;
    }

    private static LanguagePlan PlanOf(string kind, params (string Name, string Value)[] settings) => PlanOf(kind, Task, settings);

    private static LanguagePlan PlanOf(string kind, LanguageTask task, params (string Name, string Value)[] settings) => TextFleet.PlanOf(task, kind switch
    {
        "gpt" => TextFleet.Gpt(settings),
        "gpt-mixture" => TextFleet.Gpt([("domain-weights", "a = 0.5, b = 0.3, c = 0.2"), ("queue-rows", "200"), ("batch-rows", "64"), .. settings]),
        "gpt-lin-upper" => TextFleet.Gpt(
            [("reweighting", "lin-upper"), ("temperature", "0.4"), ("temperature-start", "0.4"), ("burn-in", "0"), ("temperature-decay", "0"), .. settings]),
        _ => TextFleet.Learner(kind),
    });
}

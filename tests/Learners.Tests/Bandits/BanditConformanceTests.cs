using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Bandits.Worlds;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>What every learner of the task <c>bandit</c> must do.</summary>
public sealed class BanditConformanceTests
{
    /// <summary>What a damaged state may take besides twice what a good one takes.</summary>
    private const long SlackToLoad = 256 * 1024;

    [Fact]
    public void Given_the_catalog_When_names_are_compared_Then_each_is_there_once_and_is_a_learner_of_this_task()
    {
        Assert.Equal(
            [
                "neu-fast-cb", "neu-square-cb", "linear-fast-cb", "linear-square-cb", "lin-ucb", "regcb", "neural-ucb", "neural-ts", "epsilon-greedy",
                "uniform",
            ],
            BanditCatalog.All.Select(learner => learner.Kind));
        Assert.All(BanditCatalog.All, learner => Assert.Same(learner, BanditCatalog.Find(learner.Kind)));
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_its_published_settings_When_they_are_set_Then_they_are_its_defaults_and_an_unusable_one_is_refused_by_its_path(
        string kind, string task)
    {
        var registration = BanditCatalog.Find(kind)!;
        var rounds = BanditWorld.Rounds(BanditWorld.Tasks[task], 50);
        var bare = new BanditUnderTest(BanditUnderTest.Learn(kind, BanditWorld.Tasks[task], new Dictionary<string, string>()));
        var stated = new BanditUnderTest(BanditUnderTest.Learn(kind, BanditWorld.Tasks[task], registration.Options));

        Assert.Equal(bare.Play(rounds), stated.Play(rounds));
        Assert.Equal(bare.Save(), stated.Save());
        Assert.All(registration.Options.Keys, name =>
        {
            var settings = new Dictionary<string, string>(registration.Options) { [name] = "eleven" };
            var refusal = Assert.Throws<OptionException>(() => BanditUnderTest.Learn(kind, BanditWorld.Tasks[task], settings));
            Assert.Equal("learner." + name, refusal.Path);
        });
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_the_same_rounds_and_seed_When_two_learn_Then_decisions_and_state_are_the_same_bits(string kind, string task)
    {
        var (one, other) = (Create(kind, task), Create(kind, task));
        foreach (var round in BanditWorld.Rounds(BanditWorld.Tasks[task], 300))
        {
            one.Play(round);
            other.Play(round);
            Assert.Equal(one.Costs, other.Costs);
            Assert.Equal(one.Probabilities, other.Probabilities);
        }

        Assert.Equal(one.Save(), other.Save());
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_a_loaded_copy_When_both_learn_the_same_Then_they_stay_the_same_bits(string kind, string task)
    {
        foreach (var learned in new[] { 0, 1, 13, 300 })
        {
            var rounds = BanditWorld.Rounds(BanditWorld.Tasks[task], learned + 200);
            var original = Create(kind, task);
            original.Play(rounds[..learned]);
            var stored = original.Save();
            var copy = new BanditUnderTest(BanditUnderTest.Learn(kind, BanditWorld.Tasks[task], new Dictionary<string, string>(), seed: 99));

            copy.Load(stored);

            Assert.Equal(stored, copy.Save());
            var next = Create(kind, task);
            next.Load(stored);
            Assert.Equal(next.Play(rounds[learned..]), copy.Play(rounds[learned..]));
            Assert.Equal(next.Save(), copy.Save());
            Assert.Equal(stored, original.Save());
        }
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_a_context_When_it_is_decided_on_twice_Then_the_bits_are_the_same_and_the_state_is_as_it_was(string kind, string task)
    {
        var rounds = BanditWorld.Rounds(BanditWorld.Tasks[task], 120);
        var learner = Create(kind, task);
        learner.Play(rounds[..100]);
        var before = learner.Save();

        foreach (var round in rounds[100..])
        {
            learner.Decide(round);
            var (costs, probabilities) = (learner.Costs.ToArray(), learner.Probabilities.ToArray());
            learner.Decide(rounds[0]);
            learner.Decide(round);

            Assert.Equal(costs[..round.Actions], learner.Costs[..round.Actions]);
            Assert.Equal(probabilities[..round.Actions], learner.Probabilities[..round.Actions]);
        }

        Assert.Equal(before, learner.Save());
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_rounds_with_masks_When_it_decides_Then_probabilities_are_those_of_allowed_actions(string kind, string task)
    {
        var learner = Create(kind, task);
        var masked = 0;
        foreach (var round in BanditWorld.Rounds(BanditWorld.Tasks[task], 500))
        {
            learner.Play(round);
            AssertProbabilities(learner, round);
            masked += round.Context.CountAllowed() < round.Actions ? 1 : 0;
        }

        Assert.True(masked > 50);
    }

    [Theory]
    [MemberData(nameof(BanditRows.Hard), MemberType = typeof(BanditRows))]
    public void Given_features_that_arithmetic_breaks_on_When_it_learns_Then_all_stays_finite_and_can_be_loaded(
        string kind, string task, string magnitudes)
    {
        var isNormalized = BanditCatalog.Find(kind)!.Options.ContainsKey("normalization");
        foreach (var normalization in isNormalized ? ["none", "scale", "standardize"] : new[] { "" })
        {
            (string, string)[] settings = normalization.Length > 0 ? [("normalization", normalization)] : [];
            var learner = BanditUnderTest.Create(kind, BanditWorld.Tasks[task], settings);
            foreach (var round in BanditWorld.HardRounds(BanditWorld.Tasks[task], 300, magnitudes))
            {
                learner.Play(round);
                AssertProbabilities(learner, round);
                Assert.All(learner.Costs[..round.Actions], cost => Assert.True(double.IsFinite(cost), $"{cost} is not finite."));
            }

            var state = learner.Save();
            Assert.All(StoredState.Numbers(state), number => Assert.True(double.IsFinite(number), $"{number} is not finite."));
            var copy = BanditUnderTest.Create(kind, BanditWorld.Tasks[task], settings);
            copy.Load(state);
            Assert.Equal(state, copy.Save());
        }
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_rounds_that_are_decided_before_earlier_ones_are_learned_When_costs_come_late_in_another_order_Then_they_are_learned(
        string kind, string task)
    {
        var learner = Create(kind, task);
        var random = new Random(8);
        var waiting = new List<(BanditRound Round, int Action, double Probability)>();
        foreach (var round in BanditWorld.Rounds(BanditWorld.Tasks[task], 400))
        {
            var action = learner.Decide(round);
            waiting.Add((round, action, learner.Probabilities[action]));
            if (waiting.Count > 30)
            {
                var at = random.Next(waiting.Count);
                var (past, chosen, probability) = waiting[at];
                waiting.RemoveAt(at);
                Assert.Equal(LearnOutcome.Learned, learner.Learner.Learn(past.Context, chosen, probability, past.Costs[chosen]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_rounds_like_those_before_When_it_decides_and_learns_Then_nothing_is_allocated(string kind, string task)
    {
        var learner = Create(kind, task);
        var rounds = BanditWorld.Rounds(BanditWorld.Tasks[task], 600);
        learner.Play(rounds[..300]);
        foreach (var round in rounds[..2])
        {
            Step(learner, round);
        }

        // The runtime may allocate for itself while it compiles what has become hot; what a round needs, every part needs.
        var least = long.MaxValue;
        for (var part = 0; part < 3; part++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 300 + (part * 100); i < 400 + (part * 100); i++)
            {
                Step(learner, rounds[i]);
                learner.Learner.KeepGood();
            }

            learner.Learner.ReturnToGood();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_many_rounds_When_they_are_learned_Then_the_state_has_stopped_growing(string kind, string task)
    {
        var options = BanditCatalog.Find(kind)!.Options;
        (string, string)[] settings = options.ContainsKey("replay-capacity") ? [("replay-capacity", "100")]
            : options.ContainsKey("history") ? [("history", "100")] : [];
        var learner = BanditUnderTest.Create(kind, BanditWorld.Tasks[task], settings);
        var rounds = BanditWorld.Rounds(BanditWorld.Tasks[task], 3000);
        learner.Play(rounds[..300]);
        var size = learner.Save().Length;

        learner.Play(rounds[300..]);

        // Whole numbers take more bytes when they grow; nothing else may.
        Assert.InRange(learner.Save().Length, size - 64, size + 64);
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_a_good_state_When_it_returns_to_it_Then_it_expects_the_costs_that_it_did(string kind, string task)
    {
        var rounds = BanditWorld.Rounds(BanditWorld.Tasks[task], 400);
        var learner = Create(kind, task);
        learner.Play(rounds[..200]);
        learner.Learner.KeepGood();
        learner.Play(rounds[200..]);
        learner.Learner.ReturnToGood();
        var state = learner.Save();
        var copy = Create(kind, task);
        copy.Load(state);

        copy.Learner.ReturnToGood();

        Assert.Equal(state, copy.Save());
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_state_that_is_cut_off_or_goes_on_When_it_is_loaded_Then_it_is_refused(string kind, string task)
    {
        var state = Trained(kind, task).Save();

        Assert.All(
            Enumerable.Range(0, 64).Concat(Enumerable.Range(0, 100).Select(part => part * state.Length / 100)).Append(state.Length - 1)
                .Where(length => length < state.Length),
            length => Assert.Throws<StateFormatException>(() => Create(kind, task).Load(state[..length])));
        Assert.Throws<StateFormatException>(() => Create(kind, task).Load([.. state, 0]));
        Assert.Equal(state.Length, StoredState.LengthOfFirstValue(state));
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_state_of_another_version_or_learner_or_task_When_it_is_loaded_Then_it_is_refused(string kind, string task)
    {
        var state = Trained(kind, task).Save();

        Assert.Throws<StateFormatException>(() => Create(kind, task).Load(StoredState.OfNextVersion(state)));
        Assert.All(
            BanditCatalog.All.Where(other => other.Kind != kind),
            other => Assert.Throws<StateFormatException>(() => Create(kind, task).Load(Trained(other.Kind, task).Save())));
        var wider = new BanditTask { Actions = ["a", "b"], SharedFeatures = 7 };
        Assert.Throws<StateFormatException>(() => BanditUnderTest.Create(kind, wider).Load(state));
    }

    [Theory]
    [MemberData(nameof(BanditRows.All), MemberType = typeof(BanditRows))]
    public void Given_a_damaged_byte_When_the_state_is_loaded_Then_it_is_refused_or_harmless_but_never_another_exception(string kind, string task)
    {
        var state = Trained(kind, task).Save();
        var rounds = BanditWorld.Rounds(BanditWorld.Tasks[task], 8, seed: 77);
        var random = new Random(31337);
        var refused = 0;
        var learner = Create(kind, task);
        learner.Load(state);
        var before = GC.GetAllocatedBytesForCurrentThread();
        learner.Load(state);
        var most = SlackToLoad + (2 * (GC.GetAllocatedBytesForCurrentThread() - before));
        for (var round = 0; round < 600; round++)
        {
            var damaged = state.ToArray();
            damaged[random.Next(round % 2 == 0 ? state.Length : Math.Min(state.Length, 300))] = (byte)random.Next(256);
            before = GC.GetAllocatedBytesForCurrentThread();
            var taken = false;
            try
            {
                learner.Load(damaged);
                taken = true;
            }
            catch (StateFormatException)
            {
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
            if (taken)
            {
                // Numbers may be others than they were; they are still numbers.
                foreach (var next in rounds)
                {
                    learner.Play(next);
                    AssertProbabilities(learner, next);
                }

                learner.Load(learner.Save());
            }
        }

        Assert.InRange(refused, 1, 599);
    }

    [Theory]
    [MemberData(nameof(BanditRows.Kinds), MemberType = typeof(BanditRows))]
    public void Given_one_action_or_the_most_that_there_can_be_When_it_decides_and_learns_Then_it_does(string kind)
    {
        foreach (var count in new[] { 1, 2, BanditTask.MostActions })
        {
            var rounds = Enumerable.Range(0, 5).Select(i => new BanditRound(
                count, [i, 1, 2],
                [.. Enumerable.Range(0, count * 4).Select(place => (float)((place * 7 + i) % 11))], [], new double[count])).ToArray();
            var learner = BanditUnderTest.Create(kind, BanditWorld.PerRecord);
            foreach (var round in rounds)
            {
                learner.Play(round);
                AssertProbabilities(learner, round);
            }
        }

        var lone = new BanditTask { Actions = ["only"], SharedFeatures = 0 }.Validate();
        var bare = BanditUnderTest.Create(kind, lone);
        var empty = new BanditRound(1, [], [], [], [0.5]);
        bare.Play(empty);
        AssertProbabilities(bare, empty);
    }

    private static BanditUnderTest Create(string kind, string task) => BanditUnderTest.Create(kind, BanditWorld.Tasks[task]);

    private static BanditUnderTest Trained(string kind, string task)
    {
        var learner = Create(kind, task);
        learner.Play(BanditWorld.Rounds(BanditWorld.Tasks[task], 60));
        return learner;
    }

    private static void Step(BanditUnderTest learner, BanditRound round)
    {
        learner.Learner.Decide(round.Context, learner.Costs.AsSpan(0, round.Actions), learner.Probabilities.AsSpan(0, round.Actions));
        var action = StreamLearn.Learners.Bandits.Exploration.ActionSampler.At(learner.Probabilities.AsSpan(0, round.Actions), 0.6);
        learner.Learner.Learn(round.Context, action, learner.Probabilities[action], round.Costs[action]);
    }

    private static void AssertProbabilities(BanditUnderTest learner, BanditRound round)
    {
        var sum = 0.0;
        for (var action = 0; action < round.Actions; action++)
        {
            var probability = learner.Probabilities[action];
            Assert.InRange(probability, 0, 1);
            Assert.True(round.Context.IsAllowed(action) || probability == 0, $"Action {action} is not allowed and has {probability}.");
            sum += probability;
        }

        Assert.Equal(1, sum, 1e-12);
    }
}

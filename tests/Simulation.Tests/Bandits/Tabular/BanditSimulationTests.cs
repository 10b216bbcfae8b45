using MessagePack;
using StreamLearn.Learners;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Options;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Simulation.Tests.Bandits.Tabular;

public sealed class BanditSimulationTests
{
    private static readonly TabularBandit Blobs = new(SyntheticSets.Blobs(rows: 3000, seed: 5));

    private static readonly LearnerChoice NeuFastCb = LearnerChoice.Named(BanditTask.Name, "neu-fast-cb");

    [Fact]
    public void Given_a_policy_that_always_takes_one_action_when_it_runs_then_its_regret_counts_the_rows_of_other_labels()
    {
        // Rows of labels 0, 1, 2 in the shares 1 : 2 : 3.
        int[] labels = [.. Enumerable.Range(0, 600).Select(row => (row % 6) switch { 0 => 0, 1 or 2 => 1, _ => 2 })];
        var bandit = new TabularBandit(new TabularData("set", ["x", "y", "z"], [.. labels.Select(label => label + 1f)], labels));
        var policy = new OneAction(2);
        var simulation = new BanditSimulation(bandit, policy, orderSeed: 1, drawSeed: 2);

        simulation.PlayUntil(100);
        var first = bandit.Order(1).Take(100).Count(row => labels[row] != 2);
        Assert.Equal((100, first), (simulation.Rounds, simulation.Regret));

        simulation.PlayUntil(10_000);
        Assert.Equal((600, 300), (simulation.Rounds, simulation.Regret));
        Assert.Equal((600, 300.0), (policy.Learned, policy.Cost));
    }

    [Fact]
    public void Given_marks_when_a_run_passes_them_then_the_regret_at_each_is_noted()
    {
        var uniform = LearnerChoice.Named(BanditTask.Name, "uniform");

        var run = BanditRun.Of(Blobs, uniform, 1, 2000, [500, 1000, 2000, 5000], TimeProvider.System, CancellationToken.None);

        Assert.Equal((2000, run.Regret, run.Regret), (run.Rounds, run.RegretAt[2], run.RegretAt[3]));
        Assert.Equal(run.RegretAt.Order(), run.RegretAt);

        // Four of five actions are wrong: 400, standard deviation 9.
        Assert.InRange(run.RegretAt[0], 355, 445);
    }

    [Fact]
    public void Given_the_same_seed_when_a_learner_runs_twice_then_regret_and_state_are_the_same_bits()
    {
        var first = Run(1, [400]);
        var second = Run(1, [200, 300, 400, 700]);
        var other = Run(2, [400]);

        Assert.Equal((first.Regret, first.RegretAt[0]), (second.Regret, second.RegretAt[2]));
        Assert.Equal(first.StateHash.ToArray(), second.StateHash.ToArray());
        Assert.NotEqual(first.StateHash.ToArray(), other.StateHash.ToArray());

        static BanditRun Run(ulong seed, int[] marks) => BanditRun.Of(Blobs, NeuFastCb, seed, 1000, marks, TimeProvider.System, CancellationToken.None);
    }

    [Fact]
    public void Given_several_seeds_when_their_runs_are_summed_up_then_mean_and_population_deviation_are_those_of_the_regrets()
    {
        BanditRun[] runs = [.. Enumerable.Range(0, 4).Select(seed => new BanditRun((ulong)seed, 10, 3 + (2 * seed), [1 + (2 * seed)], 0, 0.5 * (seed + 1), new byte[32]))];
        var summed = new BanditRuns(NeuFastCb, [5], runs);

        Assert.Equal((6, Math.Sqrt(5), 0.6), (summed.RegretMean, summed.RegretDeviation, summed.ProgressiveLoss));
        Assert.Equal((4, Math.Sqrt(5)), summed.RegretAt(5));

        // Rates 20, 10, 6.67, 5: the median lies between the middle two.
        Assert.Equal((10 + (10 / 1.5)) / 2, summed.RoundsPerSecond, 9);
    }

    [Theory]
    [InlineData("neu-fast-cb")]
    [InlineData("neu-square-cb")]
    [InlineData("linear-square-cb")]
    [InlineData("uniform")]
    public void Given_a_learner_that_is_warm_when_it_goes_on_then_a_round_allocates_nothing(string kind)
    {
        var learner = BanditRegistration.Of(LearnerChoice.Named(BanditTask.Name, kind)).Create(Blobs.Task, OptionSet.Defaults, 1, new FleetWorkspaces());
        var simulation = new BanditSimulation(Blobs, learner, 1, 2);
        simulation.PlayUntil(500);

        var before = GC.GetAllocatedBytesForCurrentThread();
        simulation.PlayUntil(3000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("neu-fast-cb")]
    [InlineData("neu-square-cb")]
    public void Given_rows_that_can_be_told_apart_when_a_learner_runs_then_its_regret_is_below_a_quarter_of_chance_and_flattens(string kind)
    {
        var runs = BanditRuns.Of(Blobs, LearnerChoice.Named(BanditTask.Name, kind), 1, 3, 3000, [1000, 2000, 3000], TimeProvider.System, CancellationToken.None);

        Assert.True(runs.RegretMean < 0.25 * 0.8 * 3000, $"regret {runs.RegretMean}");
        Assert.True(runs.RegretAt(3000).Mean - runs.RegretAt(2000).Mean < 0.7 * runs.RegretAt(1000).Mean, $"{runs.RegretAt(1000)}, {runs.RegretAt(2000)}, {runs.RegretAt(3000)}");
    }

    [SharedDataFact("tabular")]
    public void Given_the_mushroom_set_when_neu_fast_cb_runs_over_it_then_its_regret_is_below_vowpal_wabbits_best()
    {
        var mushroom = new TabularBandit(TabularFile.Read(SharedData.PathOf("tabular", "mushroom.csv.gz")));

        var run = BanditRun.Of(mushroom, NeuFastCb, 1, 10_000, [], TimeProvider.System, CancellationToken.None);

        Assert.Equal(8124, run.Rounds);
        Assert.True(run.Regret < 545, $"regret {run.Regret}");
    }

    /// <summary>Takes one action always.</summary>
    private sealed class OneAction(int action) : IBanditLearner
    {
        internal int Learned { get; private set; }

        internal double Cost { get; private set; }

        public void Decide(in BanditContext context, Span<double> costs, Span<double> probabilities)
        {
            costs.Clear();
            probabilities.Clear();
            probabilities[action] = 1;
        }

        public LearnOutcome Learn(in BanditContext context, int chosen, double probability, double cost)
        {
            Assert.Equal((action, 1.0), (chosen, probability));
            Learned++;
            Cost += cost;
            return LearnOutcome.Learned;
        }

        public void KeepGood()
        {
        }

        public void ReturnToGood()
        {
        }

        public void Save(ref MessagePackWriter writer)
        {
        }

        public void Load(ref MessagePackReader reader)
        {
        }
    }
}

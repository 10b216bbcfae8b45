using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Normalization;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Tests.Bandits.Worlds;

namespace StreamLearn.Learners.Tests.Bandits.Regression;

public sealed class CostRegressionTests
{
    private static readonly CostRegressionOptions Plain = new()
    {
        Optimizer = "sgd", LearningRate = 0.05, Hidden = 12, Replay = 0, Normalization = NormalizationKind.None,
    };

    public static TheoryData<string, CostLossName, string, int> Gradients()
    {
        var rows = new TheoryData<string, CostLossName, string, int>();
        foreach (var task in BanditWorld.Tasks.Keys)
        {
            foreach (var loss in Enum.GetValues<CostLossName>())
            {
                rows.Add(task, loss, "none", 12);
                rows.Add(task, loss, "rademacher", 12);
                rows.Add(task, loss, "none", 0);
                rows.Add(task, loss, "rademacher", 0);
            }
        }

        return rows;
    }

    /// <summary>The loss of a round, without the entropy of its cost: what xUnit can show.</summary>
    public enum CostLossName
    {
        Squared,
        KullbackLeibler,
    }

    [Theory]
    [MemberData(nameof(Gradients))]
    public void Given_a_round_When_it_is_learned_by_plain_descent_Then_the_step_is_the_one_of_finite_differences_of_the_perturbed_loss(
        string task, CostLossName loss, string perturbation, int hidden)
    {
        var options = Plain with
        {
            Loss = (CostLoss)(int)loss, Hidden = Math.Max(1, hidden), IsLinear = hidden == 0, LearningRate = 1e-3,
            Perturbations = 3, PerturbationScale = 0.7,
            Perturbation = perturbation == "none" ? PerturbationKind.None : PerturbationKind.Rademacher,
        };
        var world = BanditWorld.Tasks[task];
        var rounds = BanditWorld.Rounds(world, 40);
        var regression = new CostRegression(world, options, seed: 4);
        foreach (var round in rounds[..39])
        {
            regression.Learn(round.Context, 0, round.Costs[0]);
        }

        var last = rounds[39];
        const double Cost = 0.3;
        var before = regression.Network.Parameters.ToArray();
        var shift = new CostRegression(world, options, seed: 4);
        var numeric = new double[before.Length];
        for (var i = 0; i < before.Length; i++)
        {
            const float Step = 1e-3f;
            numeric[i] = (LossAt(i, Step) - LossAt(i, -Step)) / (2 * Step);
        }

        Assert.Equal(LearnOutcome.Learned, regression.Learn(last.Context, 0, Cost));

        for (var i = 0; i < before.Length; i++)
        {
            var step = (before[i] - regression.Network.Parameters[i]) / 1e-3;
            Assert.Equal(numeric[i], step, 2e-3 + (0.01 * Math.Abs(numeric[i])));
        }

        Assert.Contains(numeric, slope => Math.Abs(slope) > 0.01);

        double LossAt(int parameter, float step)
        {
            before.CopyTo(shift.Network.Parameters);
            shift.Network.Parameters[parameter] += step;
            shift.Measure();
            var output = (double)shift.Output(last.Context, 0);
            var offsets = shift.Offsets.IsEmpty ? [0.0] : shift.Offsets.ToArray();
            return offsets.Average(offset => options.Loss == CostLoss.Squared
                ? Math.Pow(output + offset - Cost, 2) / 2
                : Math.Log(1 + Math.Exp(output + offset)) - (Cost * (output + offset)));
        }
    }

    [Theory]
    [InlineData("neu-fast-cb")]
    [InlineData("neu-square-cb")]
    public void Given_perturbations_of_scale_zero_When_rounds_are_played_Then_the_bits_are_those_without(string kind)
    {
        var rounds = BanditWorld.Rounds(BanditWorld.Fixed, 300);
        var bare = BanditUnderTest.Create(kind, BanditWorld.Fixed);
        var zero = BanditUnderTest.Create(
            kind, BanditWorld.Fixed, ("perturbation", "rademacher"), ("perturbations", "4"), ("perturbation-scale", "0"));
        var pulled = BanditUnderTest.Create(kind, BanditWorld.Fixed, ("perturbation", "expected"), ("perturbation-scale", "0"));
        foreach (var round in rounds)
        {
            bare.Play(round);
            zero.Play(round);
            pulled.Play(round);
            Assert.Equal(bare.Costs, zero.Costs);
            Assert.Equal(bare.Probabilities, zero.Probabilities);
            Assert.Equal(bare.Costs, pulled.Costs);
        }
    }

    [Fact]
    public void Given_many_signs_When_their_steps_are_averaged_Then_they_are_the_pull_that_is_expected_of_them()
    {
        // One block: then the pull is on all parameters in each step.
        var ratios = Enumerable.Range(1, 8).Select(seed => RatioOfSteps((ulong)seed)).ToArray();

        Assert.True(Math.Abs(ratios.Average() - 1) < 0.1, string.Join(", ", ratios));
        Assert.All(ratios, ratio => Assert.InRange(ratio, 0.5, 1.5));
    }

    [Fact]
    public void Given_the_parameters_of_a_perceptron_on_blocks_When_both_predict_Then_they_agree()
    {
        var regression = new CostRegression(BanditWorld.Fixed, Plain with { ActionBias = false }, seed: 9);
        Learn(regression, BanditWorld.Rounds(BanditWorld.Fixed, 30));
        var shape = regression.Shape;
        var network = new CpuMlp(new MlpArchitecture(5 * 6, [12], 1), maxBatch: 5, seed: 1);
        var layout = network.Architecture.Layout;
        for (var row = 0; row < 30; row++)
        {
            regression.Network.Parameters.Slice(row * shape.Stride, 12).CopyTo(layout["layers.0.weight"].In(network.Parameters)[(row * 12)..]);
        }

        regression.Network.Parameters.Slice(shape.Bias, 12).CopyTo(layout["layers.0.bias"].In(network.Parameters));
        regression.Network.Parameters.Slice(shape.Head, 12).CopyTo(layout["head.weight"].In(network.Parameters));
        regression.Network.Parameters.Slice(shape.Last, 1).CopyTo(layout["head.bias"].In(network.Parameters));
        foreach (var round in BanditWorld.Rounds(BanditWorld.Fixed, 10, seed: 2))
        {
            var costs = new double[5];
            regression.Predict(round.Context, costs);
            var inputs = new float[5 * 30];
            for (var action = 0; action < 5; action++)
            {
                round.Shared.CopyTo(inputs, (action * 30) + (action * 6));
            }

            var outputs = new float[5];
            network.Predict(inputs, 5, outputs);
            Assert.All(outputs.Zip(costs), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void Given_a_bound_When_rounds_are_learned_Then_each_layer_stays_within_it_of_its_start()
    {
        const double Radius = 0.05;
        foreach (var kind in Enum.GetValues<PerturbationKind>())
        {
            var options = Plain with { LearningRate = 0.3, ProjectionRadius = Radius, Perturbation = kind };
            var regression = new CostRegression(BanditWorld.Fixed, options, seed: 9);
            var start = regression.Network.Parameters.ToArray();
            foreach (var round in BanditWorld.Rounds(BanditWorld.Fixed, 100))
            {
                Learn(regression, [round]);
                foreach (var block in regression.Shape.Layout().Blocks)
                {
                    var distance = 0.0;
                    for (var i = block.Offset; i < block.Offset + block.Length; i++)
                    {
                        distance += Math.Pow(regression.Network.Parameters[i] - start[i], 2);
                    }

                    Assert.InRange(Math.Sqrt(distance), 0, Radius * 1.0001);
                }
            }

            Assert.NotEqual(start, regression.Network.Parameters.ToArray());
        }
    }

    [Fact]
    public void Given_padding_When_rounds_are_learned_by_any_optimizer_Then_it_stays_zero()
    {
        foreach (var optimizer in BlockOptimizer.Kinds)
        {
            var options = Plain with
            {
                Optimizer = optimizer, Damping = 1e-8, Perturbation = PerturbationKind.Rademacher, Normalization = NormalizationKind.Standardize,
            };
            var regression = new CostRegression(BanditWorld.Fixed, options, seed: 9);
            Learn(regression, BanditWorld.Rounds(BanditWorld.Fixed, 100));
            var shape = regression.Shape;
            Assert.Equal(16, shape.Stride);
            for (var start = 0; start < shape.Last; start += shape.Stride)
            {
                Assert.All(regression.Network.Parameters.Slice(start + 12, 4).ToArray(), value => Assert.Equal(0, value));
            }
        }
    }

    [Fact]
    public void Given_a_step_that_runs_away_When_rounds_are_learned_Then_they_are_refused_until_it_returns_to_its_good_state()
    {
        var options = Plain with { LearningRate = 10, Normalization = NormalizationKind.None };
        var regression = new CostRegression(BanditWorld.Fixed, options, seed: 9);
        var good = new double[5];
        var rounds = BanditWorld.Rounds(BanditWorld.Fixed, 400);
        regression.Predict(rounds[0].Context, good);
        regression.KeepGood();
        var outcomes = rounds.Select(round => regression.Learn(round.Context, 0, round.Costs[0])).ToArray();
        Assert.Equal(LearnOutcome.Refused, outcomes[^1]);

        // Not what has run away.
        regression.KeepGood();
        regression.ReturnToGood();

        var again = new double[5];
        regression.Predict(rounds[0].Context, again);
        Assert.Equal(good, again);
    }

    [Fact]
    public void Given_more_parameters_than_there_can_be_When_a_learner_is_made_Then_it_is_refused_by_its_setting()
    {
        var task = new BanditTask { Actions = [.. Enumerable.Range(0, 1024).Select(action => $"a{action}")], SharedFeatures = 2000 };

        var refusal = Assert.Throws<OptionException>(() => BanditUnderTest.Create("neu-fast-cb", task, ("hidden", "512")));

        Assert.Equal("learner.hidden", refusal.Path);
        Assert.Throws<OptionException>(() => BanditUnderTest.Create("lin-ucb", task));
    }

    /// <summary>The part of a perturbed step that goes where the pull goes, in shares of the pull.</summary>
    private static double RatioOfSteps(ulong seed)
    {
        const double Scale = 1.5;
        var rounds = BanditWorld.Rounds(BanditWorld.PerRecord, 60);
        var bare = Plain with { Hidden = 8 };
        var plain = new CostRegression(BanditWorld.PerRecord, bare, seed);
        Learn(plain, rounds[..59]);
        var expected = new CostRegression(
            BanditWorld.PerRecord, bare with { Perturbation = PerturbationKind.Expected, PerturbationScale = Scale }, seed);
        var signs = new CostRegression(
            BanditWorld.PerRecord, bare with { Perturbation = PerturbationKind.Rademacher, PerturbationScale = Scale, Perturbations = 5000 }, seed);
        plain.Network.Parameters.CopyTo(expected.Network.Parameters);
        plain.Network.Parameters.CopyTo(signs.Network.Parameters);
        signs.Measure();

        // A cost that is what the network says: of the step, nothing but the perturbations is left.
        var cost = Math.Clamp((double)plain.Output(rounds[59].Context, 0), 0, 1);
        plain.Learn(rounds[59].Context, 0, cost);
        expected.Learn(rounds[59].Context, 0, cost);
        signs.Learn(rounds[59].Context, 0, cost);

        var (dot, square) = (0.0, 0.0);
        for (var i = 0; i < plain.Shape.Count; i++)
        {
            var pull = expected.Network.Parameters[i] - plain.Network.Parameters[i];
            dot += pull * (signs.Network.Parameters[i] - plain.Network.Parameters[i]);
            square += pull * pull;
        }

        Assert.True(square > 1e-9);
        return dot / square;
    }

    private static void Learn(CostRegression regression, IEnumerable<BanditRound> rounds)
    {
        foreach (var round in rounds)
        {
            regression.Learn(round.Context, round.Actions / 2, round.Costs[round.Actions / 2]);
        }
    }
}

using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Optimizers.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Tests.Optimizers;

/// <summary>Numbers computed by hand or in plain Python from the papers' formulas, and properties that follow from them.</summary>
public sealed class SheetVectorTests
{
    public static TheoryData<Backend> Backends => new(Backend.Cpu, Backend.Torch);

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_adabelief_not_rectified_When_it_steps_Then_the_first_step_is_the_rate_by_beta(Backend backend)
    {
        var plain = new AdaBeliefOptions { Rectify = false };

        AssertRun(plain, backend, [1, 1, 1], [0.9988888889, 0.9977208842, 0.9964953002]);
        AssertRun(plain, backend, [1, -1, 1], [0.9988888889, 0.9989445193, 0.9985849514]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_adabelief_rectified_When_it_steps_Then_five_steps_are_plain_and_the_sixth_is_not(Backend backend) =>
        AssertRun(new AdaBeliefOptions(), backend, [1, 1, 1, 1, 1, 1], [0.999, 0.998, 0.997, 0.996, 0.995, 0.9949638272]);

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_a_hundred_equal_gradients_When_adabelief_steps_Then_it_is_thrice_as_far_as_adam(Backend backend)
    {
        Assert.Equal(0.3328, Distance(new AdaBeliefOptions { Rectify = false }), 1e-4);
        Assert.Equal(0.1000, Distance(new AdamOptions()), 1e-4);

        double Distance(OptimizerOptions options)
        {
            using var optimizer = new OptimizerUnderTest(options, backend, 1);
            for (var i = 0; i < 100; i++)
            {
                optimizer.Step(1);
            }

            return 1 - optimizer.Parameters[0];
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_adabelief_in_single_precision_When_gradients_are_equal_or_tiny_or_none_Then_it_stays_finite(Backend backend)
    {
        using var optimizer = new OptimizerUnderTest(new AdaBeliefOptions(), backend, 1, 1, 1, 1);
        for (var i = 0; i < 5000; i++)
        {
            optimizer.Step(1, 1e-12f, 0, i % 2 == 0 ? 1e19f : -1e19f);
        }

        Assert.All(optimizer.Parameters, x => Assert.True(float.IsFinite(x), $"{x}"));
        Assert.Equal(1, optimizer.Parameters[2]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_lion_with_decay_When_the_gradient_turns_Then_it_moves_against_it_as_the_mean_says(Backend backend) =>
        AssertRun(new LionOptions { WeightDecay = 0.1 }, backend, [0.5f, -0.04f], [0.999890000000, 0.999780001100]);

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_lion_without_decay_When_it_steps_Then_every_parameter_moves_by_the_rate_whatever_the_gradients_size(Backend backend)
    {
        var options = new LionOptions { LearningRate = 1.0 / 64 };
        var start = new float[9];
        using var optimizer = new OptimizerUnderTest(options, backend, start);
        using var scaled = new OptimizerUnderTest(options, backend, start);
        for (var step = 0; step < 20; step++)
        {
            var before = optimizer.Parameters;
            var gradient = Numbers.Vector(step, 9);
            gradient[4] = 0;
            optimizer.Step(gradient);
            scaled.Step([.. gradient.Select(g => 1000 * g)]);

            var moved = optimizer.Parameters.Zip(before, (x, y) => Math.Abs(x - y)).ToArray();
            Assert.All(moved.Where((_, i) => i != 4), distance => Assert.Equal(1f / 64, distance));
            Assert.Equal(0, moved[4]);
            Assert.Equal(optimizer.Parameters, scaled.Parameters);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_lion_after_its_last_gradient_When_only_zeros_come_Then_it_comes_to_rest(Backend backend)
    {
        using var optimizer = new OptimizerUnderTest(new LionOptions(), backend, 1);
        optimizer.Step(1);
        for (var i = 0; i < 8500; i++)
        {
            optimizer.Step(0);
        }

        var rested = optimizer.Parameters[0];
        for (var i = 0; i < 1000; i++)
        {
            optimizer.Step(0);
        }

        Assert.Equal(rested, optimizer.Parameters[0]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_adagrad_norm_When_it_steps_Then_all_parameters_share_one_sum(Backend backend)
    {
        using var optimizer = new OptimizerUnderTest(new AdaGradNormOptions(), backend, 1, 1);

        optimizer.Step(3, 4);

        Numbers.AssertNear([0.4001199640, 0.2001599520], optimizer.Parameters, 1e-7, "AdaGrad-Norm");
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_a_constant_gradient_When_mirror_descent_guesses_Then_its_regret_is_one_for_ever(Backend backend)
    {
        using var optimizer = new OptimizerUnderTest(new OptimisticMirrorDescentOptions(), backend, 0);
        var regret = 0.0;
        for (var round = 1; round <= 50; round++)
        {
            Assert.Equal(round == 1 ? 0 : -1, optimizer.Parameters[0], 6);
            regret += optimizer.Parameters[0] + 1;
            optimizer.Step(1);
        }

        Assert.Equal(1, regret, 5);

        // V stopped growing after the first round: the step size stays 2/√6. The last number in the state is V, in front of the vectors.
        Assert.Equal(1, Variation(optimizer), 6);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_gradients_that_alternate_When_mirror_descent_steps_Then_the_variation_grows_by_four_a_round(Backend backend)
    {
        using var optimizer = new OptimizerUnderTest(new OptimisticMirrorDescentOptions(), backend, 0);
        for (var round = 1; round <= 20; round++)
        {
            optimizer.Step(round % 2 == 1 ? 1 : -1);

            Assert.Equal(1 + (4 * (round - 1)), Variation(optimizer), 5);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_mirror_descent_When_gradients_are_long_Then_it_stays_in_the_ball_around_the_first_parameters(Backend backend)
    {
        var start = Numbers.Vector(5, 33);
        using var optimizer = new OptimizerUnderTest(
            new OptimisticMirrorDescentOptions { Radius = 0.5, GradientBound = 2 }, backend, start);
        var furthest = 0.0;
        for (var round = 0; round < 50; round++)
        {
            optimizer.Step(Numbers.Vector(600 + (round / 10), 33, 100));

            furthest = Math.Max(furthest, OptimizerUnderTest.Norm(optimizer.Parameters.Zip(start, (x, c) => x - c)));
        }

        Assert.InRange(furthest, 0.499999, 0.500001);
    }

    [Fact]
    public void Given_a_quadratic_loss_When_adahessian_steps_with_rate_one_Then_one_step_is_newtons()
    {
        using var optimizer = AdaHessian(new AdaHessianOptions { LearningRate = 1 }, 2);
        using var x = tensor(new float[] { 1, 1 });
        Quadratic(optimizer, x, 1, 100);

        Numbers.AssertNear([9.9990001e-5, 9.99999e-7], x.data<float>().ToArray(), 1e-7, "Newton");
    }

    [Fact]
    public void Given_a_quadratic_loss_When_adahessian_steps_twice_Then_its_path_does_not_depend_on_the_curvature()
    {
        using var optimizer = AdaHessian(new AdaHessianOptions(), 2);
        using var x = tensor(new float[] { 1, 1 });
        Quadratic(optimizer, x, 1, 100);
        Quadratic(optimizer, x, 1, 100);

        Numbers.AssertNear([0.7118697, 0.7118424], x.data<float>().ToArray(), 1e-6, "two steps");
    }

    [Fact]
    public void Given_every_probe_of_two_signs_When_a_matrix_is_probed_Then_means_are_its_diagonal_and_row_norms()
    {
        // H = [[2, 1], [1, 3]] by double backward: what the network's code does with a probe.
        using var scope = NewDisposeScope();
        using var optimizer = AdaHessian(new AdaHessianOptions(), 2);
        var hessian = tensor(new float[] { 2, 1, 1, 3 }, [2, 2]);
        var (signed, squared) = (new double[2], new double[2]);
        foreach (var (first, second) in new[] { (1f, 1f), (1f, -1f), (-1f, 1f), (-1f, -1f) })
        {
            var x = tensor(new float[] { 1, 1 }, requires_grad: true);
            var loss = x.dot(hessian.mv(x)) / 2;
            var gradient = autograd.grad([loss], [x], retain_graph: true, create_graph: true)[0];
            var z = tensor(new[] { first, second });
            var product = autograd.grad([gradient.dot(z)], [x])[0].data<float>().ToArray();
            signed[0] += first * product[0] / 4;
            signed[1] += second * product[1] / 4;
            squared[0] += product[0] * product[0] / 4;
            squared[1] += product[1] * product[1] / 4;
        }

        Assert.Equal([2, 3], signed);
        Assert.Equal([5, 10], squared);
    }

    private static TorchAdaHessian AdaHessian(AdaHessianOptions options, int count) =>
        (TorchAdaHessian)TorchOptimizers.Create(options, count, CPU);

    /// <summary>A step down 0.5 Σ h x², whose H z is h z.</summary>
    private static void Quadratic(TorchAdaHessian optimizer, Tensor x, params float[] curvature)
    {
        using var scope = NewDisposeScope();
        var h = tensor(curvature);
        optimizer.Update(x, h * x, h * optimizer.DrawProbe());
    }

    private static double Variation(OptimizerUnderTest optimizer) => Conformance.StoredState.Numbers(optimizer.Save())[^1];

    private static void AssertRun(OptimizerOptions options, Backend backend, float[] gradients, double[] expected)
    {
        using var optimizer = new OptimizerUnderTest(options, backend, 1);
        for (var i = 0; i < gradients.Length; i++)
        {
            optimizer.Step(gradients[i]);

            Assert.Equal(expected[i], optimizer.Parameters[0], 3e-7);
        }
    }
}

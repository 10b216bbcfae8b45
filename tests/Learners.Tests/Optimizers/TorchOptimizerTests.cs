using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Optimizers.Torch;
using StreamLearn.Learners.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Tests.Optimizers;

public sealed class TorchOptimizerTests
{
    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    public static TheoryData<string> Rows => [.. OptimizerRows.All];

    /// <summary>
    /// While other tests keep the collector busy, this one also found numbers that TorchSharp had freed before native code read them: see
    /// <see cref="TensorArithmetic"/>.
    /// </summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void Given_ten_thousand_steps_When_the_optimiser_runs_Then_no_tensor_is_left_over(string row)
    {
        var atStart = LiveTensors;
        using (var parameters = tensor(Numbers.Vector(1, 5)))
        using (var gradient = tensor(Numbers.Vector(2, 5)))
        using (var curvature = tensor(Numbers.Vector(3, 5)))
        using (var optimizer = TorchOptimizers.Create(OptimizerRows.Options(row), 5, CPU))
        {
            var before = LiveTensors;
            for (var step = 0; step < 10_000; step++)
            {
                if (optimizer is TorchAdaHessian { NeedsCurvature: true } second)
                {
                    second.DrawProbe().Dispose();
                    second.Update(parameters, gradient, curvature);
                }
                else
                {
                    optimizer.Update(parameters, gradient);
                }
            }

            Assert.Equal(before, LiveTensors);
            optimizer.Reset();
            Assert.Equal(before, LiveTensors);
        }

        Assert.Equal(atStart, LiveTensors);
    }

    [Fact]
    public void Given_an_updater_When_it_is_used_in_every_way_Then_no_tensor_is_left_over()
    {
        var atStart = LiveTensors;
        foreach (var each in new[] { true, false })
        {
            var options = new UpdateOptions
            {
                Optimizer = new AdaHessianOptions(),
                MaxGradientNorm = 1,
                ProjectionRadius = 0.5,
                ProjectEachBlock = each,
            };
            using var updater = new UpdaterUnderTest(options, new(("a", [2, 2]), ("b", [3])), Backend.Torch, Numbers.Vector(1, 7));
            var before = LiveTensors;
            for (var step = 0; step < 200; step++)
            {
                updater.Apply(Numbers.Vector(step, 7));
                updater.Apply([float.NaN, 0, 0, 0, 0, 0, 0]);
                updater.Load(updater.Save());
                Assert.Throws<ArgumentException>(() => updater.Apply(new float[3]));
            }

            Assert.Equal(before, LiveTensors);
        }

        Assert.Equal(atStart, LiveTensors);
    }

    [Fact]
    public void Given_an_optimiser_made_in_a_dispose_scope_When_the_scope_ends_Then_its_state_lives_on()
    {
        ITorchOptimizer optimizer;
        TorchParameterUpdater updater;
        var options = new UpdateOptions { Optimizer = new AdamOptions(), ProjectionRadius = 1 };
        using (NewDisposeScope())
        {
            optimizer = TorchOptimizers.Create(new AdamOptions(), 3, CPU);
            updater = new TorchParameterUpdater(options, new(("w", [3])), [1, 2, 3], CPU);
        }

        using var parameters = tensor(new float[] { 1, 2, 3 });
        using var gradient = tensor(new float[] { 1, -1, 1 });
        optimizer.Update(parameters, gradient);
        Assert.True(updater.Apply(parameters, gradient).Applied);
        optimizer.Dispose();
        updater.Dispose();
    }

    [Fact]
    public void Given_parameters_that_autograd_tracks_When_the_optimiser_steps_Then_the_step_is_not_recorded()
    {
        using var scope = NewDisposeScope();
        using var optimizer = TorchOptimizers.Create(new SgdOptions { LearningRate = 1 }, 3, CPU);
        var parameters = tensor(new float[] { 1, 2, 3 }, requires_grad: true);

        optimizer.Update(parameters, tensor(new float[] { 1, 1, 1 }));

        Assert.True(parameters.requires_grad && parameters.is_leaf);
        Assert.Equal([0, 1, 2], parameters.detach().data<float>().ToArray());
    }

    [Fact]
    public void Given_tensors_of_another_shape_or_type_When_the_optimiser_steps_Then_what_they_are_and_what_was_expected_are_named()
    {
        using var scope = NewDisposeScope();
        foreach (var row in OptimizerRows.All)
        {
            using var optimizer = TorchOptimizers.Create(OptimizerRows.Options(row), 9, CPU);
            foreach (var wrong in new[] { zeros(8), zeros(3, 3), zeros(9, dtype: ScalarType.Float64) })
            {
                Assert.Contains("expected [9]", Refused(() => optimizer.Update(wrong, zeros(9))), StringComparison.Ordinal);
                Assert.Contains("expected [9]", Refused(() => optimizer.Update(zeros(9), wrong)), StringComparison.Ordinal);
            }
        }

        static string Refused(Action step) => Assert.Throws<ArgumentException>(step).Message;
    }

    [Fact]
    public void Given_a_gradient_When_any_optimiser_steps_Then_the_gradient_is_as_it_was()
    {
        using var scope = NewDisposeScope();
        foreach (var row in OptimizerRows.All)
        {
            var options = new UpdateOptions { Optimizer = OptimizerRows.Options(row), MaxGradientNorm = 0.1 };
            using var updater = new TorchParameterUpdater(options, new(("w", [9])), new float[9], CPU);
            var (gradient, curvature) = (tensor(Numbers.Vector(1, 9)), tensor(Numbers.Vector(2, 9)));

            updater.Apply(zeros(9), gradient, options.Optimizer is AdaHessianOptions ? curvature : null);

            Assert.Equal(Numbers.Vector(1, 9), gradient.data<float>().ToArray());
            Assert.Equal(Numbers.Vector(2, 9), curvature.data<float>().ToArray());
        }
    }

    [Fact]
    public void Given_adahessian_When_probes_are_drawn_Then_they_are_the_generators_signs_and_part_of_the_state()
    {
        using var first = AdaHessian(new AdaHessianOptions { Seed = 42 });
        var generator = new Xoshiro256(42);
        for (var draw = 0; draw < 5; draw++)
        {
            Assert.Equal([generator.NextSign(), generator.NextSign(), generator.NextSign()], Draw(first));
        }

        using var second = AdaHessian(new AdaHessianOptions { Seed = 42 });
        Copy(first, second);
        Assert.Equal(Draw(first), Draw(second));

        first.Reset();
        generator = new Xoshiro256(42);
        Assert.Equal([generator.NextSign(), generator.NextSign(), generator.NextSign()], Draw(first));

        static float[] Draw(TorchAdaHessian optimizer)
        {
            using var probe = optimizer.DrawProbe();
            return probe.data<float>().ToArray();
        }
    }

    [Fact]
    public void Given_adahessian_that_probes_every_third_step_When_it_steps_Then_it_asks_for_curvature_then_and_uses_the_last_between()
    {
        using var scope = NewDisposeScope();
        using var optimizer = AdaHessian(new AdaHessianOptions { ProbeEvery = 3 });
        using var fed = AdaHessian(new AdaHessianOptions { ProbeEvery = 3 });
        var (left, right) = (ones(3), ones(3));
        var gradient = tensor(new float[] { 1, -2, 3 });
        for (var step = 0; step < 9; step++)
        {
            Assert.Equal(step % 3 == 0, optimizer.NeedsCurvature);
            var curvature = tensor(new float[] { 1 + (step / 3), -2, 3 });
            fed.Update(right, gradient, curvature);
            if (optimizer.NeedsCurvature)
            {
                optimizer.Update(left, gradient, curvature);
            }
            else
            {
                optimizer.Update(left, gradient);
            }

            Assert.Equal(right.data<float>().ToArray(), left.data<float>().ToArray());
        }
    }

    [Fact]
    public void Given_adahessian_When_its_first_step_has_no_curvature_Then_it_is_not_taken()
    {
        using var scope = NewDisposeScope();
        using var optimizer = AdaHessian(new AdaHessianOptions());
        var parameters = ones(3);

        Assert.Throws<InvalidOperationException>(() => optimizer.Update(parameters, ones(3)));
        Assert.Equal([1, 1, 1], parameters.data<float>().ToArray());
        Assert.Equal(0, optimizer.Steps);

        optimizer.Update(parameters, ones(3), ones(3));
        optimizer.Reset();
        Assert.Throws<InvalidOperationException>(() => optimizer.Update(parameters, ones(3)));
    }

    [Fact]
    public void Given_curvature_When_it_is_not_finite_or_nobody_takes_it_Then_the_step_is_refused()
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(("w", [3]));
        using var second = new TorchParameterUpdater(new UpdateOptions { Optimizer = new AdaHessianOptions() }, layout, new float[3], CPU);
        using var first = new TorchParameterUpdater(new UpdateOptions { Optimizer = new AdamOptions() }, layout, new float[3], CPU);
        var parameters = ones(3);
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, 1e25f })
        {
            Assert.False(second.Apply(parameters, ones(3), tensor(new float[] { 1, bad, 1 })).Applied);
        }

        Assert.Throws<ArgumentException>(() => first.Apply(parameters, ones(3), ones(3)));
        Assert.Equal([1, 1, 1], parameters.data<float>().ToArray());
        Assert.Equal((0, 0), (first.Optimizer.Steps, second.Optimizer.Steps));
    }

    private static void Copy(TorchAdaHessian from, TorchAdaHessian to)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        from.Save(ref writer);
        writer.Flush();
        var reader = new MessagePackReader(buffer.WrittenMemory);
        to.Load(ref reader);
    }

    private static TorchAdaHessian AdaHessian(AdaHessianOptions options) => (TorchAdaHessian)TorchOptimizers.Create(options, 3, CPU);
}

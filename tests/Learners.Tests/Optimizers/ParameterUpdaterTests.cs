using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Optimizers;

public sealed class ParameterUpdaterTests
{
    private static readonly ParameterLayout _layout = new(("first", [3, 4]), ("second", [5]), ("third", [10]));

    public static TheoryData<Backend> Backends => new(Backend.Cpu, Backend.Torch);

    [Theory]
    [OnEveryRow]
    public void Given_a_gradient_that_is_not_finite_When_it_is_applied_Then_parameters_and_optimiser_are_untouched(
        string row, Backend backend)
    {
        var options = new UpdateOptions { Optimizer = OptimizerRows.Options(row), MaxGradientNorm = 2, ProjectionRadius = 3 };
        using var updater = new UpdaterUnderTest(options, _layout, backend, Numbers.Vector(1, _layout.Count));
        updater.Apply(Numbers.Vector(2, _layout.Count));
        var (parameters, state) = (updater.Parameters, updater.Save());
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e25f, -1e25f, 2e19f })
        {
            for (var at = 0; at < _layout.Count; at++)
            {
                var gradient = Numbers.Vector(3, _layout.Count);
                gradient[at] = bad;

                var outcome = updater.Apply(gradient);

                Assert.Equal(StepRefusal.NonFiniteGradient, outcome.Refusal);
                Assert.False(outcome.Applied);
                Assert.False(double.IsFinite(outcome.GradientNorm), $"{outcome.GradientNorm}");
                Assert.Equal(parameters, updater.Parameters);
                Assert.Equal(state, updater.Save());
            }
        }

        Assert.True(updater.Apply(Numbers.Vector(3, _layout.Count)).Applied);
        Assert.Equal(2, updater.Steps);
    }

    [Theory]
    [OnEveryRow]
    public void Given_gradients_as_long_as_can_be_When_they_are_applied_Then_everything_stays_finite(string row, Backend backend)
    {
        using var updater = new UpdaterUnderTest(
            new UpdateOptions { Optimizer = OptimizerRows.Options(row) }, _layout, backend, Numbers.Vector(1, _layout.Count));
        for (var step = 0; step < 300; step++)
        {
            // Curvature is the square of a gradient in these tests: nothing that long has one.
            var size = OptimizerRows.Options(row) is AdaHessianOptions ? 1e9f : 3e18f;
            float[] gradient = [.. Numbers.Vector(step, _layout.Count).Select(g => size * MathF.Sign(g))];
            Assert.True(updater.Apply(gradient).Applied);
        }

        Assert.All(updater.Parameters, x => Assert.True(float.IsFinite(x), $"{x}"));
        updater.Load(updater.Save());
    }

    [Theory]
    [OnEveryRow]
    public void Given_parameters_and_step_sizes_out_of_all_range_When_gradients_are_applied_Then_parameters_and_state_stay_finite(
        string row, Backend backend)
    {
        float[] parameters = [.. Numbers.Vector(1, _layout.Count).Select((x, i) => i % 3 == 0 ? x : 3.3e38f * MathF.Sign(x))];
        using var updater = new UpdaterUnderTest(new UpdateOptions { Optimizer = OptimizerRows.Options(row) }, _layout, backend, parameters)
        {
            LearningRate = 1e25,
        };
        for (var step = 0; step < 40; step++)
        {
            var size = OptimizerRows.Options(row) is AdaHessianOptions ? 1e9f : 3e18f;
            float[] gradient = [.. Numbers.Vector(step, _layout.Count).Select((g, i) => i % 2 == 0 ? g : size * MathF.Sign(g))];
            Assert.True(updater.Apply(gradient).Applied);
            Assert.All(updater.Parameters, x => Assert.True(float.IsFinite(x), $"{x} after step {step}"));
            updater.Load(updater.Save());
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_a_largest_norm_When_a_gradient_is_longer_Then_it_is_scaled_to_it_and_the_outcome_tells_what_it_was(Backend backend)
    {
        var options = new UpdateOptions { Optimizer = new SgdOptions { LearningRate = 1 }, MaxGradientNorm = 2 };
        using var updater = new UpdaterUnderTest(options, new(("w", [2])), backend, [0, 0]);

        var outcome = updater.Apply([3, -4]);
        Assert.Equal(new StepOutcome(StepRefusal.None, 5), outcome);
        Numbers.AssertNear([-1.2, 1.6], updater.Parameters, 1e-6, "clipped");

        Assert.Equal(new StepOutcome(StepRefusal.None, 0.5), updater.Apply([0.5f, 0]));
        Numbers.AssertNear([-1.7, 1.6], updater.Parameters, 1e-6, "as it is");

        Assert.Equal(new StepOutcome(StepRefusal.None, 0), updater.Apply([0, 0]));
        Numbers.AssertNear([-1.7, 1.6], updater.Parameters, 1e-6, "nothing");
    }

    [Theory]
    [OnEveryRow]
    public void Given_a_largest_norm_When_gradients_are_applied_Then_the_optimiser_sees_the_shorter_ones(string row, Backend backend)
    {
        const double Most = 1.5;
        var start = Numbers.Vector(1, _layout.Count);
        var options = new UpdateOptions { Optimizer = OptimizerRows.Options(row), MaxGradientNorm = Most };
        using var updater = new UpdaterUnderTest(options, _layout, backend, start);

        // Curvature does not get shorter.
        if (options.Optimizer is AdaHessianOptions)
        {
            return;
        }

        using var optimizer = new OptimizerUnderTest(options.Optimizer, backend, start);
        for (var step = 0; step < 20; step++)
        {
            var gradient = Numbers.Vector(step, _layout.Count, step % 2 == 0 ? 1 : 0.1);
            var norm = OptimizerUnderTest.Norm(gradient);
            updater.Apply(gradient);
            optimizer.Step([.. gradient.Select(g => (float)(g * Math.Min(1, Most / norm)))]);
        }

        Numbers.AssertNear(optimizer.Parameters.Select(x => (double)x), updater.Parameters, 1e-5, row);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_a_radius_When_a_block_would_leave_its_ball_Then_it_is_put_back_on_it_and_the_others_stay(Backend backend)
    {
        const double Radius = 2;
        var start = Numbers.Vector(1, _layout.Count);
        var options = new UpdateOptions { Optimizer = new SgdOptions { LearningRate = 1 }, ProjectionRadius = Radius };
        using var updater = new UpdaterUnderTest(options, _layout, backend, start);

        // The second block goes 1.5 away, the others much further.
        float[] gradient =
        [
            .. _layout.Blocks.SelectMany((block, b) => Enumerable.Repeat(b == 1 ? 1.5f / MathF.Sqrt(5) : -3f, block.Length)),
        ];
        updater.Apply(gradient);

        double[] expected =
        [
            .. _layout.Blocks.SelectMany((block, b) => Enumerable.Range(block.Offset, block.Length).Select(i =>
                b == 1 ? start[i] - gradient[i] : start[i] + (Radius / Math.Sqrt(block.Length)))),
        ];
        Numbers.AssertNear(expected, updater.Parameters, 1e-6, "each block");
        for (var i = _layout["second"].Offset; i < _layout["third"].Offset; i++)
        {
            Assert.Equal(start[i] - gradient[i], updater.Parameters[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_a_radius_for_the_whole_vector_When_it_would_leave_its_ball_Then_all_of_it_is_put_back(Backend backend)
    {
        const double Radius = 2;
        var start = Numbers.Vector(1, _layout.Count);
        var options = new UpdateOptions
        {
            Optimizer = new SgdOptions { LearningRate = 1 },
            ProjectionRadius = Radius,
            ProjectEachBlock = false,
        };
        using var updater = new UpdaterUnderTest(options, _layout, backend, start);
        var gradient = Numbers.Vector(2, _layout.Count);
        var norm = OptimizerUnderTest.Norm(gradient);
        Assert.True(norm > Radius);

        updater.Apply(gradient);
        Numbers.AssertNear(start.Zip(gradient, (x, g) => x - (Radius / norm * g)), updater.Parameters, 1e-6, "on the ball");

        updater.Apply([.. gradient.Select(g => -0.1f * g)]);
        Numbers.AssertNear(start.Zip(gradient, (x, g) => x - (((Radius / norm) - 0.1) * g)), updater.Parameters, 1e-6, "inside");
    }

    [Theory]
    [OnEveryCpuRow]
    public void Given_a_gradient_in_one_block_When_it_is_its_support_Then_it_is_the_same_as_with_all_of_it_as_support(string row)
    {
        var options = new UpdateOptions { Optimizer = OptimizerRows.Options(row), MaxGradientNorm = 3 };
        var (sparse, dense) = RunBlockByBlock(options);

        Assert.Equal(dense.Parameters, sparse.Parameters);
        Assert.Equal(dense.Save(), sparse.Save());

        // What lies on its ball but for rounding is projected again where it is in the support, which may move the last digit.
        (sparse, dense) = RunBlockByBlock(options with { ProjectionRadius = 0.3 });

        Numbers.AssertNear(dense.Parameters.Select(x => (double)x), sparse.Parameters, 1e-6, row);

        static (UpdaterUnderTest Sparse, UpdaterUnderTest Dense) RunBlockByBlock(UpdateOptions options)
        {
            var start = Numbers.Vector(1, _layout.Count);
            var sparse = new UpdaterUnderTest(options, _layout, Backend.Cpu, start);
            var dense = new UpdaterUnderTest(options, _layout, Backend.Cpu, start);
            for (var step = 0; step < 30; step++)
            {
                var block = _layout.Blocks[step % 3];
                var gradient = new float[_layout.Count];
                Numbers.Vector(step, block.Length).CopyTo(block.In(gradient.AsSpan()));

                Assert.Equal(sparse.Apply(gradient, block.Range), dense.Apply(gradient));
            }

            return (sparse, dense);
        }
    }

    [Theory]
    [OnEveryRow]
    public void Given_a_state_saved_on_the_way_When_another_loads_it_Then_both_go_on_to_the_bit(string row, Backend backend)
    {
        var options = new UpdateOptions { Optimizer = OptimizerRows.Options(row), MaxGradientNorm = 3, ProjectionRadius = 0.5 };
        using var undisturbed = new UpdaterUnderTest(options, _layout, backend, Numbers.Vector(1, _layout.Count));
        Feed(undisturbed, 0);
        using var resumed = new UpdaterUnderTest(options, _layout, backend, undisturbed.Parameters);
        resumed.Load(undisturbed.Save());
        Feed(undisturbed, 100);
        Feed(resumed, 100);

        Assert.Equal(undisturbed.Parameters, resumed.Parameters);
        Assert.Equal(undisturbed.Save(), resumed.Save());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_a_state_of_one_backend_When_the_other_loads_it_Then_it_saves_the_same_bytes(Backend backend)
    {
        foreach (var radius in new[] { 0.5, double.PositiveInfinity })
        {
            var options = new UpdateOptions { Optimizer = new AdamOptions(), ProjectionRadius = radius };
            using var first = new UpdaterUnderTest(options, _layout, backend, Numbers.Vector(1, _layout.Count));
            using var second = new UpdaterUnderTest(
                options, _layout, backend == Backend.Cpu ? Backend.Torch : Backend.Cpu, new float[_layout.Count]);
            Feed(first, 0);
            second.Load(first.Save());

            Assert.Equal(first.Save(), second.Save());
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_a_state_that_does_not_fit_When_it_is_loaded_Then_it_is_refused_and_nothing_has_changed(Backend backend)
    {
        var bounded = new UpdateOptions { Optimizer = new AdamOptions(), ProjectionRadius = 1 };
        var free = bounded with { ProjectionRadius = double.PositiveInfinity };
        using var updater = new UpdaterUnderTest(bounded, _layout, backend, Numbers.Vector(1, _layout.Count));
        Feed(updater, 0);
        var before = updater.Save();
        using var other = new UpdaterUnderTest(bounded, _layout, backend, Numbers.Vector(2, _layout.Count));
        Feed(other, 50);
        var state = other.Save();
        for (var length = 0; length < state.Length; length++)
        {
            AssertRefused(updater, state[..length], before);
        }

        AssertRefused(updater, StoredState.OfNextVersion(state), before);
        using var freeUpdater = new UpdaterUnderTest(free, _layout, backend, Numbers.Vector(2, _layout.Count));
        AssertRefused(updater, freeUpdater.Save(), before);
        AssertRefused(freeUpdater, before, freeUpdater.Save());
        using var smaller = new UpdaterUnderTest(bounded, new(("w", [3])), backend, new float[3]);
        AssertRefused(updater, smaller.Save(), before);

        static void AssertRefused(UpdaterUnderTest updater, byte[] state, byte[] before)
        {
            Assert.Throws<StateFormatException>(() => updater.Load(state));
            Assert.Equal(before, updater.Save());
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_steps_behind_it_When_it_is_reset_Then_the_optimiser_is_as_new_and_the_ball_where_it_was(Backend backend)
    {
        var options = new UpdateOptions { Optimizer = new AdamOptions(), ProjectionRadius = 1 };
        using var updater = new UpdaterUnderTest(options, _layout, backend, Numbers.Vector(1, _layout.Count));
        var fresh = updater.Save();
        Feed(updater, 0);
        updater.Reset();

        Assert.Equal(fresh, updater.Save());
    }

    [Theory]
    [OnEveryCpuRow]
    public void Given_thousands_of_steps_When_gradients_are_applied_Then_no_byte_is_allocated(string row)
    {
        var options = new UpdateOptions { Optimizer = OptimizerRows.Options(row), MaxGradientNorm = 1, ProjectionRadius = 0.5 };
        var parameters = Numbers.Vector(1, _layout.Count);
        var updater = new ParameterUpdater(options, _layout, parameters);
        var gradient = Numbers.Vector(2, _layout.Count);
        ParameterRange[] support = [new(0, _layout.Count)];
        Steps(100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Steps(3000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Steps(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                updater.Apply(parameters, gradient, support);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Given_wrong_lengths_When_a_gradient_is_applied_Then_both_lengths_are_named(Backend backend)
    {
        var options = new UpdateOptions { Optimizer = new SgdOptions() };
        using var updater = new UpdaterUnderTest(options, new(("w", [9])), backend, new float[9]);

        AssertBoth(Assert.Throws<ArgumentException>(() => updater.Apply(new float[8])));
        AssertBoth(Assert.Throws<ArgumentException>(() => new UpdaterUnderTest(options, new(("w", [9])), backend, new float[8])));

        static void AssertBoth(ArgumentException exception)
        {
            Assert.Contains("8", exception.Message, StringComparison.Ordinal);
            Assert.Contains("9", exception.Message, StringComparison.Ordinal);
            Assert.Contains("expected", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Given_a_support_out_of_order_or_bounds_When_a_gradient_is_applied_Then_it_is_refused_and_nothing_has_changed()
    {
        using var updater = new UpdaterUnderTest(
            new UpdateOptions { Optimizer = new SgdOptions() }, new(("w", [9])), Backend.Cpu, new float[9]);
        float[] gradient = [.. Enumerable.Repeat(1f, 9)];
        foreach (var support in new ParameterRange[][]
        {
            [new(0, 10)], [new(-1, 3)], [new(8, 2)], [new(3, -1)], [new(5, 2), new(0, 2)], [new(0, 3), new(2, 3)], [new(9, int.MaxValue)],
            [new(int.MaxValue, 1)],
        })
        {
            var exception = Assert.Throws<ArgumentException>(() => updater.Apply(gradient, support));

            Assert.Contains("[0, 9)", exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(new float[9], updater.Parameters);
        Assert.Equal(0, updater.Steps);
    }

    [Theory]
    [InlineData(0, 1, "MaxGradientNorm")]
    [InlineData(double.NaN, 1, "MaxGradientNorm")]
    [InlineData(1, -1, "ProjectionRadius")]
    [InlineData(1, double.NaN, "ProjectionRadius")]
    public void Given_a_bound_out_of_range_When_an_updater_is_made_Then_it_is_named(double norm, double radius, string property)
    {
        var options = new UpdateOptions { Optimizer = new SgdOptions(), MaxGradientNorm = norm, ProjectionRadius = radius };
        foreach (var backend in Enum.GetValues<Backend>())
        {
            var exception = Assert.Throws<ArgumentOutOfRangeException>(
                () => new UpdaterUnderTest(options, _layout, backend, new float[_layout.Count]));

            Assert.Equal(property, exception.ParamName);
        }
    }

    [Fact]
    public void Given_initial_parameters_that_are_not_finite_When_there_is_a_projection_Then_they_are_refused()
    {
        var options = new UpdateOptions { Optimizer = new SgdOptions(), ProjectionRadius = 1 };

        Assert.Throws<ArgumentException>(() => new ParameterUpdater(options, new(("w", [2])), [1, float.NaN]));
    }

    [Fact]
    public void Given_a_loss_that_is_not_finite_When_the_outcome_is_read_Then_no_step_was_taken() =>
        Assert.Equal((StepRefusal.NonFiniteLoss, false), (StepOutcome.NonFiniteLoss.Refusal, StepOutcome.NonFiniteLoss.Applied));

    private static void Feed(UpdaterUnderTest updater, int seed)
    {
        for (var step = 0; step < 15; step++)
        {
            updater.Apply(Numbers.Vector(seed + step, _layout.Count));
        }
    }
}

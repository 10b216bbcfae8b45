using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Tests.Optimizers;

public sealed class FlatOptimizerTests
{
    [Theory]
    [OnEveryCpuRow]
    public void Given_a_gradient_in_a_few_places_When_only_those_are_its_support_Then_the_result_is_the_same_to_the_bit(string row)
    {
        const int Count = 300;
        var noise = Numbers.Vector(9, Count);
        var (sparse, dense) = (OptimizerRows.Options(row).Create(Count), OptimizerRows.Options(row).Create(Count));
        var (left, right) = (Numbers.Vector(1, Count), Numbers.Vector(1, Count));
        for (var step = 0; step < 30; step++)
        {
            ParameterRange[] support = (step % 3) switch
            {
                0 => [new(3, 5), new(8, 1), new(50, 0), new(101, 64)],
                1 => [new(0, 17), new(290, 10)],
                _ => [],
            };
            var gradient = new float[Count];
            foreach (var range in support)
            {
                noise.AsSpan(range.Offset, range.Length).CopyTo(gradient.AsSpan(range.Offset));
            }

            var norm = OptimizerUnderTest.Norm(gradient);
            sparse.Update(left, new FlatGradient(gradient, support, 1, norm));
            dense.Update(right, new FlatGradient(gradient, [new ParameterRange(0, Count)], 1, norm));

            Assert.Equal(right, left);
        }
    }

    [Theory]
    [OnEveryCpuRow]
    public void Given_a_step_size_out_of_all_range_When_it_steps_Then_parameters_that_would_not_stay_finite_stay_as_they_were(string row)
    {
        const int Count = 21;
        var optimizer = OptimizerRows.Options(row).Create(Count);
        var parameters = Numbers.Vector(1, Count);
        for (var step = 0; step < 20; step++)
        {
            // Large in every fifth place only: the others' steps are not to be lost with theirs.
            var gradient = Numbers.Vector(step, Count);
            for (var i = 0; i < Count; i += 5)
            {
                gradient[i] *= 1e17f;
            }

            optimizer.LearningRate = step < 10 ? 1e25 : 0.001;
            optimizer.Update(parameters, new FlatGradient(gradient, [new ParameterRange(0, Count)], 1, OptimizerUnderTest.Norm(gradient)));

            Assert.All(parameters, parameter => Assert.True(float.IsFinite(parameter), $"step {step}: {string.Join(", ", parameters)}"));
        }
    }

    [Theory]
    [OnEveryCpuRow]
    public void Given_the_same_parameter_in_other_places_When_it_steps_Then_it_moves_the_same_to_the_bit(string row)
    {
        // Mirror descent projects whole vectors; in a ball this wide it never does, but its sums are of another order.
        var options = OptimizerRows.Options(row);
        if (options is OptimisticMirrorDescentOptions)
        {
            return;
        }

        foreach (var count in new[] { 1, 3, 8, 13, 32, 47 })
        {
            var optimizer = options.Create(count);
            var parameters = new float[count];
            Array.Fill(parameters, 0.7f);
            var gradient = new float[count];
            for (var step = 0; step < 40; step++)
            {
                Array.Fill(gradient, Numbers.Vector(step, 1)[0]);
                optimizer.Update(parameters, new FlatGradient(gradient, [new ParameterRange(0, count)], 1, 1.3));
            }

            Assert.All(parameters, x => Assert.Equal(parameters[0], x));
        }
    }

    [Theory]
    [OnEveryCpuRow]
    public void Given_a_factor_on_the_gradient_When_it_steps_Then_it_is_as_if_the_gradient_were_that_much_shorter(string row)
    {
        const int Count = 21;
        const float Scale = 0.3f;
        var (scaled, plain) = (OptimizerRows.Options(row).Create(Count), OptimizerRows.Options(row).Create(Count));
        var (left, right) = (Numbers.Vector(1, Count), Numbers.Vector(1, Count));
        for (var step = 0; step < 30; step++)
        {
            var gradient = Numbers.Vector(step, Count);
            float[] shorter = [.. gradient.Select(g => Scale * g)];
            var norm = OptimizerUnderTest.Norm(shorter);
            scaled.Update(left, new FlatGradient(gradient, [new ParameterRange(0, Count)], Scale, norm));
            plain.Update(right, new FlatGradient(shorter, [new ParameterRange(0, Count)], 1, norm));

            Numbers.AssertNear(right.Select(x => (double)x), left, 1e-5, $"{row}, step {step}");
        }
    }

    [Theory]
    [OnEveryCpuRow]
    public void Given_a_gradient_of_zero_When_it_steps_Then_everything_stays_finite(string row)
    {
        var optimizer = OptimizerRows.Options(row).Create(9);
        var parameters = Numbers.Vector(1, 9);
        for (var step = 0; step < 2000; step++)
        {
            optimizer.Update(parameters, new FlatGradient(new float[9], [], 1, 0));
        }

        Assert.All(parameters, x => Assert.True(float.IsFinite(x), $"{x}"));
    }

    [Theory]
    [OnEveryCpuRow]
    public void Given_thousands_of_steps_When_the_optimiser_runs_Then_no_byte_is_allocated(string row)
    {
        const int Count = 1003;
        var optimizer = OptimizerRows.Options(row).Create(Count);
        var parameters = Numbers.Vector(1, Count);
        var gradient = Numbers.Vector(2, Count);
        ParameterRange[] support = [new(0, Count)];
        var norm = OptimizerUnderTest.Norm(gradient);
        Steps(100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Steps(3000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Steps(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                optimizer.Update(parameters, new FlatGradient(gradient, support, 0.5f, norm));
            }
        }
    }

    [Theory]
    [OnEveryCpuRow]
    public void Given_vectors_of_another_length_When_it_steps_Then_both_lengths_are_named_and_nothing_has_changed(string row)
    {
        var optimizer = OptimizerRows.Options(row).Create(9);

        AssertBoth(Assert.Throws<ArgumentException>(() => optimizer.Update(new float[8], new FlatGradient(new float[9], [], 1, 0))));
        AssertBoth(Assert.Throws<ArgumentException>(() => optimizer.Update(new float[9], new FlatGradient(new float[8], [], 1, 0))));
        Assert.Equal(0, optimizer.Steps);

        static void AssertBoth(ArgumentException exception)
        {
            Assert.Contains("8", exception.Message, StringComparison.Ordinal);
            Assert.Contains("expected 9", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [OnEveryCpuRow]
    public void Given_a_learning_rate_that_is_none_When_it_is_set_Then_it_is_refused(string row)
    {
        var optimizer = OptimizerRows.Options(row).Create(1);
        foreach (var rate in new[] { -1e-9, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = rate);
        }

        Assert.Equal(OptimizerRows.Options(row).LearningRate, optimizer.LearningRate);
    }
}

using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Optimizers;

public sealed class OptimizerStateTests
{
    private const int Count = 11;

    [Theory]
    [OnEveryRow]
    public void Given_a_state_saved_on_the_way_When_another_loads_it_Then_both_go_on_to_the_bit(string row, Backend backend)
    {
        using var undisturbed = Run(row, backend, 20);
        undisturbed.LearningRate *= 0.7;
        using var resumed = new OptimizerUnderTest(OptimizerRows.Options(row), backend, undisturbed.Parameters);
        resumed.Load(undisturbed.Save());

        Assert.Equal(undisturbed.Steps, resumed.Steps);
        Assert.Equal(undisturbed.LearningRate, resumed.LearningRate);
        for (var step = 0; step < 20; step++)
        {
            var gradient = Numbers.Vector(100 + step, Count);
            undisturbed.Step(gradient);
            resumed.Step(gradient);

            Assert.Equal(undisturbed.Parameters, resumed.Parameters);
            Assert.Equal(undisturbed.Save(), resumed.Save());
        }
    }

    [Theory]
    [OnEveryCpuRow]
    public void Given_a_state_of_one_backend_When_the_other_loads_it_Then_it_saves_the_same_bytes_and_goes_on(string row)
    {
        foreach (var (from, to) in new[] { (Backend.Cpu, Backend.Torch), (Backend.Torch, Backend.Cpu) })
        {
            using var first = Run(row, from, 20);
            using var second = new OptimizerUnderTest(OptimizerRows.Options(row), to, first.Parameters);
            var state = first.Save();
            second.Load(state);
            Assert.Equal(state, second.Save());

            for (var step = 0; step < 20; step++)
            {
                var gradient = Numbers.Vector(100 + step, Count);
                first.Step(gradient);
                second.Step(gradient);
            }

            Numbers.AssertNear(first.Parameters.Select(x => (double)x), second.Parameters, 1e-5, $"{row}, from {from} to {to}");
        }
    }

    [Theory]
    [OnEveryRow]
    public void Given_steps_behind_it_When_it_is_reset_Then_it_is_as_new(string row, Backend backend)
    {
        using var reset = Run(row, backend, 10);
        using var fresh = new OptimizerUnderTest(OptimizerRows.Options(row), backend, Numbers.Vector(3, Count));
        reset.LearningRate = 0;
        reset.Reset();
        reset.Place(Numbers.Vector(3, Count));

        Assert.Equal(fresh.Save(), reset.Save());
        reset.Step(Numbers.Vector(4, Count));
        fresh.Step(Numbers.Vector(4, Count));
        Assert.Equal(fresh.Parameters, reset.Parameters);
    }

    [Theory]
    [OnEveryRow]
    public void Given_a_state_that_is_cut_off_or_damaged_When_it_is_loaded_Then_it_is_refused_and_nothing_has_changed(
        string row, Backend backend)
    {
        var state = Run(row, backend, 5).Save();
        using var optimizer = Run(row, backend, 8);
        var before = optimizer.Save();
        for (var length = 0; length < state.Length; length++)
        {
            AssertRefused(optimizer, state[..length], before);
        }

        for (var at = 0; at < state.Length; at++)
        {
            foreach (var bit in new[] { 0x01, 0x80, 0xff })
            {
                var damaged = state.ToArray();
                damaged[at] ^= (byte)bit;
                try
                {
                    optimizer.Load(damaged);
                    optimizer.Load(before);
                }
                catch (StateFormatException)
                {
                    Assert.Equal(before, optimizer.Save());
                }
                catch (Xunit.Sdk.TrueException)
                {
                    // A shorter number, all of it valid, leaves bytes over.
                    optimizer.Load(before);
                }
            }
        }

        AssertRefused(optimizer, StoredState.OfNextVersion(state), before);
    }

    [Theory]
    [OnEveryRow]
    public void Given_a_state_of_another_size_When_it_is_loaded_Then_it_is_refused_if_there_is_a_vector_in_it(string row, Backend backend)
    {
        using var larger = new OptimizerUnderTest(OptimizerRows.Options(row), backend, new float[Count + 1]);
        if (StateShape.Of(OptimizerRows.Options(row)).Vectors.Length > 0)
        {
            AssertRefused(larger, Run(row, backend, 5).Save(), larger.Save());
        }
    }

    [Theory]
    [OnEveryRow]
    public void Given_a_state_of_another_kind_When_it_is_loaded_Then_both_kinds_are_named(string row, Backend backend)
    {
        using var optimizer = Run(row, backend, 3);
        var before = optimizer.Save();
        var kind = OptimizerRows.Options(row).Kind;
        foreach (var other in OptimizerRows.Cpu.Where(name => OptimizerRows.Options(name).Kind != kind))
        {
            using var stranger = Run(other, Backend.Cpu, 2);
            var exception = AssertRefused(optimizer, stranger.Save(), before);

            Assert.Contains($"'{kind}'", exception.Message, StringComparison.Ordinal);
            Assert.Contains($"'{OptimizerRows.Options(other).Kind}'", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Backend.Cpu)]
    [InlineData(Backend.Torch)]
    public void Given_numbers_that_cannot_be_When_they_are_loaded_Then_they_are_refused(Backend backend)
    {
        using var optimizer = Run("adam", backend, 3);
        var before = optimizer.Save();

        // The state ends with the last float of v, little-endian, and nil for no generator.
        AssertRefused(optimizer, [.. before[..^5], .. BitConverter.GetBytes(-1f), before[^1]], before);
        AssertRefused(optimizer, [.. before[..^5], .. BitConverter.GetBytes(float.NaN), before[^1]], before);
        AssertRefused(optimizer, [.. before[..^5], .. BitConverter.GetBytes(float.PositiveInfinity), before[^1]], before);
    }

    private static StateFormatException AssertRefused(OptimizerUnderTest optimizer, byte[] state, byte[] before)
    {
        var exception = Assert.Throws<StateFormatException>(() => optimizer.Load(state));
        Assert.Equal(before, optimizer.Save());
        return exception;
    }

    private static OptimizerUnderTest Run(string row, Backend backend, int steps)
    {
        var optimizer = new OptimizerUnderTest(OptimizerRows.Options(row), backend, Numbers.Vector(1, Count));
        for (var step = 0; step < steps; step++)
        {
            optimizer.Step(Numbers.Vector(10 + step, Count));
        }

        return optimizer;
    }
}

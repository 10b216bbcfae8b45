using FsCheck.Xunit;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Tests.Networks;

namespace StreamLearn.Learners.Tests.Liquid;

/// <summary>The liquid cells of both backends, and the equations in double precision, over windows with elapsed times and carried state.</summary>
public sealed class LiquidAgreementTests
{
    [Property(MaxTest = 60)]
    public void Given_random_windows_When_both_backends_go_forward_and_back_Then_they_agree_with_the_equations_and_each_other(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = LiquidCases.Any(random);
        var (batch, outputs) = (1 + RandomCases.Below(random, 4), architecture.Outputs);
        using var cpu = new CpuRecurrentNetwork(architecture, 5, batch, seed);
        using var torch = new TorchRecurrentNetwork(architecture, 5, batch, seed);
        var reference = new ReferenceLiquid(architecture);
        var parameters = cpu.ParametersAsDoubles();
        var states = Enumerable.Range(0, batch).Select(_ => new double[architecture.StateSize]).ToArray();
        for (var window = 0; window < 2; window++)
        {
            var steps = 1 + RandomCases.Below(random, 5);
            var inputs = RandomCases.Normal(random, steps * batch * architecture.Inputs);
            var elapsed = LiquidCases.Elapsed(random, steps * batch);
            var direction = RandomCases.Normal(random, steps * batch * outputs, 1.0 / (steps * batch));
            var expected = new double[steps * batch * outputs];
            for (var sample = 0; sample < batch; sample++)
            {
                var (logits, state) = reference.Run(
                    parameters, Of(inputs, sample, batch, architecture.Inputs), Of(elapsed, sample, batch, 1), states[sample]);
                states[sample] = state;
                for (var step = 0; step < steps; step++)
                {
                    logits.AsSpan(step * outputs, outputs).CopyTo(expected.AsSpan(((step * batch) + sample) * outputs));
                }
            }

            foreach (var network in new IRecurrentNetwork[] { cpu, torch })
            {
                network.Forward(inputs, elapsed, steps, batch);
                Near.Assert($"{architecture}, {steps} x {batch}, logits on {network.Device}", expected, network.Logits);
                network.BackwardOutputs(direction);
                network.CarryState();
                Near.Assert($"{architecture}, state on {network.Device}", states.SelectMany(state => state), network.StateCopy());
            }

            Near.Assert($"{architecture}, {steps} x {batch}, gradient", torch.GradientCopy(), cpu.Gradient);
        }
    }

    [Property(MaxTest = 40)]
    public void Given_a_window_When_its_logits_are_differentiated_Then_finite_differences_agree_through_all_its_steps(ulong seed)
    {
        const double Step = 1e-6;
        const int Steps = 4;
        var random = new Xoshiro256(seed);
        var architecture = LiquidCases.Any(random);
        var inputs = RandomCases.Normal(random, Steps * architecture.Inputs);
        var elapsed = LiquidCases.Elapsed(random, Steps);
        var direction = RandomCases.Normal(random, Steps * architecture.Outputs);
        var start = RandomCases.Normal(random, architecture.StateSize, 0.5);
        using var cpu = new CpuRecurrentNetwork(architecture, Steps, 1, seed);
        var reference = new ReferenceLiquid(architecture);
        var parameters = cpu.ParametersAsDoubles();
        cpu.SetState(start);
        cpu.Forward(inputs, elapsed, Steps, 1);
        cpu.Backward(direction);
        double Value() => reference.Run(parameters, inputs, elapsed, [.. start.Select(value => (double)value)]).Logits
            .Zip(direction, (logit, weight) => logit * weight).Sum();
        foreach (var block in architecture.Layout.Blocks)
        {
            for (var draw = 0; draw < 3; draw++)
            {
                var place = block.Offset + RandomCases.Below(random, block.Length);
                var kept = parameters[place];
                parameters[place] = kept + Step;
                var above = Value();
                parameters[place] = kept - Step;
                var below = Value();
                parameters[place] = kept;
                Near.Assert($"{architecture}, {block.Name}", [(above - below) / (2 * Step)], [cpu.Gradient[place]], 5e-5);
            }
        }
    }

    [Property(MaxTest = 40)]
    public void Given_samples_in_a_batch_of_windows_When_one_goes_alone_and_step_by_step_Then_it_has_the_same_bits(ulong seed)
    {
        const int Steps = 4, Batch = 5;
        var random = new Xoshiro256(seed);
        var architecture = LiquidCases.Any(random);
        using var together = new CpuRecurrentNetwork(architecture, Steps, Batch, seed);
        using var alone = new CpuRecurrentNetwork(architecture, 1, 1, seed);
        var inputs = RandomCases.Normal(random, Steps * Batch * architecture.Inputs);
        var elapsed = LiquidCases.Elapsed(random, Steps * Batch);
        var chosen = RandomCases.Below(random, Batch);
        together.Forward(inputs, elapsed, Steps, Batch);
        var (own, gaps) = (Of(inputs, chosen, Batch, architecture.Inputs), Of(elapsed, chosen, Batch, 1));
        for (var step = 0; step < Steps; step++)
        {
            alone.Forward(own.AsSpan(step * architecture.Inputs, architecture.Inputs), gaps.AsSpan(step, 1), 1, 1);
            alone.CarryState();
            AssertBits.Equal(
                $"{architecture}, step {step}", together.Logits.Slice(((step * Batch) + chosen) * architecture.Outputs, architecture.Outputs),
                alone.Logits);
        }
    }

    [Property(MaxTest = 40)]
    public void Given_any_wiring_When_going_back_Then_gradients_of_what_does_not_exist_are_exactly_zero(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = LiquidCases.Any(random);
        using var cpu = new CpuRecurrentNetwork(architecture, 3, 2, seed);
        using var torch = new TorchRecurrentNetwork(architecture, 3, 2, seed);
        var parameters = cpu.ParameterCopy();
        var direction = RandomCases.Normal(random, 6 * architecture.Outputs);
        var inputs = RandomCases.Normal(random, 6 * architecture.Inputs);
        foreach (var network in new IRecurrentNetwork[] { cpu, torch })
        {
            network.Forward(inputs, [], 3, 2);
            network.Backward(direction);
            var (logits, gradient) = (network.Logits.ToArray(), network.GradientCopy());
            var masked = LiquidMasks.Masked(architecture).ToArray();
            Assert.All(masked, place => Assert.Equal(0, gradient[place]));
            var changed = parameters.ToArray();
            Array.ForEach(masked, place => changed[place] = 7);
            network.SetParameters(changed);
            network.Forward(inputs, [], 3, 2);
            AssertBits.Equal($"{architecture} on {network.Device}", logits, network.Logits);
        }
    }

    private static float[] Of(float[] rows, int sample, int batch, int width) =>
        [.. rows.Chunk(width).Where((_, row) => row % batch == sample).SelectMany(row => row)];
}

using FsCheck.Xunit;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>The recurrent networks of both backends, and a reference in double precision, over windows with carried state.</summary>
public sealed class RecurrentAgreementTests
{
    [Property(MaxTest = 60)]
    public void Given_random_windows_When_both_backends_go_forward_and_back_Then_they_agree_and_so_does_the_state_that_is_carried(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Gru(random);
        var batch = 1 + RandomCases.Below(random, 6);
        using var cpu = new CpuRecurrentNetwork(architecture, 7, batch, seed);
        using var torch = new TorchRecurrentNetwork(architecture, 7, batch, seed, TestDevice.Cuda);
        var reference = new ReferenceGru(architecture);
        var parameters = cpu.ParametersAsDoubles();
        var states = Enumerable.Range(0, batch).Select(_ => new double[architecture.StateSize]).ToArray();
        for (var window = 0; window < 3; window++)
        {
            var steps = 1 + RandomCases.Below(random, 7);
            var inputs = RandomCases.Normal(random, steps * batch * architecture.Inputs);
            var direction = RandomCases.Normal(random, steps * batch * architecture.Outputs, 1.0 / (steps * batch));
            var expected = new double[steps * batch * architecture.Outputs];
            for (var sample = 0; sample < batch; sample++)
            {
                var (logits, state) = reference.Run(parameters, Of(inputs, sample, steps, batch, architecture.Inputs), states[sample]);
                states[sample] = state;
                for (var step = 0; step < steps; step++)
                {
                    logits[step].CopyTo(expected, ((step * batch) + sample) * architecture.Outputs);
                }
            }

            cpu.Forward(inputs, [], steps, batch);
            torch.Forward(inputs, [], steps, batch);
            Near.Assert($"{architecture}, {steps} x {batch}, logits on cpu", expected, cpu.Logits);
            Near.Assert($"{architecture}, {steps} x {batch}, logits on torch", expected, torch.Logits);
            Near.Assert($"{architecture}, outputs", torch.Outputs, cpu.Outputs);
            cpu.BackwardOutputs(direction);
            torch.BackwardOutputs(direction);
            Near.Assert($"{architecture}, {steps} x {batch}, gradient", torch.GradientCopy(), cpu.Gradient);
            cpu.CarryState();
            torch.CarryState();
            Near.Assert($"{architecture}, state", states.SelectMany(state => state), cpu.StateCopy());
            Near.Assert($"{architecture}, state on torch", states.SelectMany(state => state), torch.StateCopy());
        }
    }

    [Property(MaxTest = 25)]
    public void Given_a_window_When_its_logits_are_differentiated_Then_finite_differences_agree_through_all_its_steps(ulong seed)
    {
        const double Step = 1e-6;
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Gru(random);
        const int Steps = 5;
        var inputs = RandomCases.Normal(random, Steps * architecture.Inputs);
        var direction = RandomCases.Normal(random, Steps * architecture.Outputs);
        var start = RandomCases.Normal(random, architecture.StateSize, 0.5);
        using var cpu = new CpuRecurrentNetwork(architecture, Steps, 1, seed);
        var reference = new ReferenceGru(architecture);
        var parameters = cpu.ParametersAsDoubles();

        cpu.SetState(start);
        cpu.Forward(inputs, [], Steps, 1);
        cpu.Backward(direction);

        double Value() => reference.Run(parameters, inputs, [.. start.Select(value => (double)value)]).Logits
            .SelectMany(logits => logits).Zip(direction, (logit, weight) => logit * weight).Sum();
        foreach (var block in architecture.Layout.Blocks)
        {
            for (var draw = 0; draw < 5; draw++)
            {
                var place = block.Offset + RandomCases.Below(random, block.Length);
                var kept = parameters[place];
                parameters[place] = kept + Step;
                var above = Value();
                parameters[place] = kept - Step;
                var below = Value();
                parameters[place] = kept;
                Near.Assert($"{architecture}, {block.Name}", [(above - below) / (2 * Step)], [cpu.Gradient[place]], 2e-5);
            }
        }
    }

    private static float[] Of(float[] inputs, int sample, int steps, int batch, int width) =>
        [.. Enumerable.Range(0, steps).SelectMany(step => inputs.AsSpan(((step * batch) + sample) * width, width).ToArray())];
}

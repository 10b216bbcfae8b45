using FsCheck.Xunit;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>That a cell of one's own can be made, and that the time between steps comes to it.</summary>
public sealed class ElapsedTimeTests
{
    [Property(MaxTest = 40)]
    public void Given_a_cell_that_uses_elapsed_time_When_it_goes_both_ways_Then_both_backends_agree_with_finite_differences(ulong seed)
    {
        const double Step = 1e-6;
        var random = new Xoshiro256(seed);
        var architecture = new LeakyArchitecture(RandomCases.Size(random), RandomCases.Size(random), 1 + RandomCases.Below(random, 3));
        var (steps, batch) = (1 + RandomCases.Below(random, 5), 1 + RandomCases.Below(random, 3));
        var (inputs, outputs, size) = (architecture.Inputs, architecture.Outputs, architecture.StateSize);
        var window = RandomCases.Normal(random, steps * batch * inputs);
        float[] elapsed = [.. Enumerable.Range(0, steps * batch).Select(_ => (float)(3 * random.NextDouble()))];
        var start = RandomCases.Normal(random, batch * size);
        var direction = RandomCases.Normal(random, steps * batch * outputs, 1.0 / (steps * batch));
        using var cpu = new CpuRecurrentNetwork(architecture, steps, batch, seed);
        using var torch = new TorchRecurrentNetwork(architecture, steps, batch, seed);
        var parameters = cpu.ParametersAsDoubles();
        double[] Reference() =>
        [
            .. Enumerable.Range(0, batch)
                .Select(sample => architecture.Run(
                    parameters, Of(window, sample, batch, inputs), Of(elapsed, sample, batch, 1),
                    [.. start.AsSpan(sample * size, size).ToArray().Select(value => (double)value)]))
                .SelectMany((logits, sample) => logits.Select((logit, i) => (Row: ((i / outputs) * batch) + sample, i, logit)))
                .OrderBy(entry => entry.Row)
                .ThenBy(entry => entry.i)
                .Select(entry => entry.logit),
        ];

        foreach (var network in new IRecurrentNetwork[] { cpu, torch })
        {
            network.SetState(start);
            network.Forward(window, elapsed, steps, batch);
            Near.Assert($"{architecture}, {steps} x {batch}, logits on {network.Device}", Reference(), network.Logits);
            network.Backward(direction);
        }

        Near.Assert($"{architecture}, gradient", torch.GradientCopy(), cpu.Gradient);
        foreach (var block in architecture.Layout.Blocks)
        {
            var place = block.Offset + RandomCases.Below(random, block.Length);
            var kept = parameters[place];
            parameters[place] = kept + Step;
            var above = Reference().Zip(direction, (logit, weight) => logit * weight).Sum();
            parameters[place] = kept - Step;
            var below = Reference().Zip(direction, (logit, weight) => logit * weight).Sum();
            parameters[place] = kept;
            Near.Assert($"{architecture}, {block.Name}", [(above - below) / (2 * Step)], [cpu.Gradient[place]], 2e-5);
        }
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_no_elapsed_times_When_a_window_goes_forward_Then_all_are_one_even_after_other_times(NetworkDevice device)
    {
        using var network = BothBackends.Recurrent(device, new LeakyArchitecture(1, 2, 1));
        network.SetState([1, 2, 3, 4, 5, 6]);
        network.Forward(new float[6], [1, 1, 1, 1, 1, 1], 2, 3);
        var ones = network.Logits.ToArray();
        network.Forward(new float[6], [9, 8, 7, 6, 5, 4], 2, 3);
        Assert.False(AssertBits.Same(ones, network.Logits));
        network.Forward(new float[6], [], 2, 3);
        AssertBits.Equal("logits", ones, network.Logits);
    }

    private static float[] Of(float[] rows, int sample, int batch, int width) =>
        [.. rows.Chunk(width).Where((_, row) => row % batch == sample).SelectMany(row => row)];
}

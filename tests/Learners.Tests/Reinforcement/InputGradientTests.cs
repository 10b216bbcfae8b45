using FsCheck.Xunit;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Tests.Networks;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Tests.Reinforcement;

public sealed class InputGradientTests
{
    [Property(MaxTest = 60)]
    public void Given_a_pass_When_gone_back_to_some_inputs_Then_the_gradient_is_that_of_autograd_and_the_way_to_the_parameters_stays_open(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var inputs = 1 + (int)(random.NextDouble() * 20);
        var architecture = new MlpArchitecture(
            inputs, Enumerable.Range(0, (int)(random.NextDouble() * 4)).Select(_ => 1 + (int)(random.NextDouble() * 40)), 1 + (int)(random.NextDouble() * 3),
            (Activation)(int)(random.NextDouble() * 5), layerNorm: random.NextDouble() < 0.3);
        var rows = 1 + (int)(random.NextDouble() * 12);
        var from = (int)(random.NextDouble() * inputs);
        var count = 1 + (int)(random.NextDouble() * (inputs - from));
        var values = RandomCases.Normal(random, rows * inputs);
        var direction = RandomCases.Normal(random, rows * architecture.Outputs);
        for (var row = 0; row < rows; row++)
        {
            if (random.NextDouble() < 0.4)
            {
                direction.AsSpan(row * architecture.Outputs, architecture.Outputs).Clear();
            }
        }

        using var network = new CpuMlp(architecture, 12, seed);
        using var alone = new CpuMlp(architecture, 12, seed);
        alone.Forward(values, rows);
        alone.Backward(direction);
        network.Forward(values, rows);
        var gradient = new float[rows * count];
        network.InputGradient(direction, from, count, gradient);
        network.InputGradient(direction, from, count, gradient);
        network.Backward(direction);

        AssertBits.Equal("by the parameters", alone.Gradient, network.Gradient);
        Near.Assert($"{architecture}, {rows} rows, inputs {from} to {from + count}", Autograd(architecture, network, values, direction, rows, from, count), gradient);
    }

    [Fact]
    public void Given_no_pass_or_another_networks_When_gone_back_Then_it_is_refused()
    {
        var workspace = new CpuMlpWorkspace(new MlpArchitecture(2, [3], 1), 4);
        using var one = new CpuMlp(workspace, 1);
        using var other = new CpuMlp(workspace, 2);
        var gradient = new float[2];
        Assert.Throws<InvalidOperationException>(() => one.InputGradient([1], 0, 2, gradient));
        Assert.Throws<InvalidOperationException>(() => one.CountActive());
        one.Forward([1, 2], 1);
        other.Forward([1, 2], 1);
        Assert.Throws<InvalidOperationException>(() => one.InputGradient([1], 0, 2, gradient));
        Assert.Throws<InvalidOperationException>(() => one.HiddenActivations(0).ToArray());
        Assert.Throws<ArgumentException>(() => other.InputGradient([1], 1, 2, gradient));
        Assert.Throws<ArgumentException>(() => other.InputGradient([1, 2], 0, 2, gradient));
        Assert.Throws<ArgumentException>(() => other.InputGradient([1], 0, 2, new float[3]));
    }

    [Property(MaxTest = 50)]
    public void Given_a_pass_When_active_units_are_counted_Then_they_are_those_above_zero(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var rows = 1 + (int)(random.NextDouble() * 30);
        int[] hidden = [1 + (int)(random.NextDouble() * 70), 1 + (int)(random.NextDouble() * 70)];
        using var network = new CpuMlp(new MlpArchitecture(5, hidden, 1), 30, seed);
        network.Forward(RandomCases.Normal(random, rows * 5), rows);

        var units = network.HiddenActivations(0).ToArray().Concat(network.HiddenActivations(1).ToArray()).ToArray();
        Assert.Equal(new UnitActivity(units.Count(unit => unit > 0), units.Length), network.CountActive());
        Assert.Equal(rows * hidden.Sum(), units.Length);
    }

    private static IEnumerable<double> Autograd(
        MlpArchitecture architecture, CpuMlp network, float[] values, float[] direction, int rows, int from, int count)
    {
        using var scope = NewDisposeScope();
        var x = tensor(values, requires_grad: true).reshape(rows, architecture.Inputs);
        x.retain_grad();
        var parameters = network.Parameters.ToArray();
        var y = x;
        for (var layer = 0; layer <= architecture.Hidden.Length; layer++)
        {
            var isHead = layer == architecture.Hidden.Length;
            y = matmul(y, Block(isHead ? "head.weight" : $"layers.{layer}.weight")) + Block(isHead ? "head.bias" : $"layers.{layer}.bias");
            if (!isHead)
            {
                if (architecture.LayerNorm)
                {
                    y = nn.functional.layer_norm(y, [architecture.Hidden[layer]], Block($"norms.{layer}.weight"), Block($"norms.{layer}.bias"), 1e-5);
                }

                y = architecture.Activation switch
                {
                    Activation.Relu => y.relu(),
                    Activation.Tanh => y.tanh(),
                    Activation.Silu => nn.functional.silu(y),
                    Activation.LecunTanh => 1.7159 * (0.666 * y).tanh(),
                    _ => y,
                };
            }
        }

        (y * tensor(direction).reshape(rows, architecture.Outputs)).sum().backward();
        return [.. x.grad!.narrow(1, from, count).contiguous().data<float>().ToArray().Select(value => (double)value)];

        Tensor Block(string name)
        {
            var block = architecture.Layout[name];
            return tensor(block.In(parameters.AsSpan()).ToArray()).reshape([.. block.Shape.Select(size => (long)size)]);
        }
    }
}

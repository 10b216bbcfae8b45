using FsCheck.Xunit;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>The two backends, and a reference in double precision, on random architectures, inputs and batch sizes.</summary>
public sealed class MlpAgreementTests
{
    [Property(MaxTest = 150)]
    public void Given_a_random_architecture_and_batch_When_both_backends_go_forward_and_back_Then_they_agree(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Mlp(random);
        var batch = RandomCases.Batch(random);
        var inputs = RandomCases.Normal(random, batch * architecture.Inputs);
        var direction = RandomCases.Normal(random, batch * architecture.Outputs, 1.0 / batch);
        using var cpu = new CpuMlp(architecture, batch, seed);
        using var torch = new TorchMlp(architecture, batch, seed, TestDevice.Cuda);
        var reference = new ReferenceMlp(architecture);
        var parameters = cpu.ParametersAsDoubles();
        var expected = Rows(batch, row => reference.Logits(parameters, inputs.AsSpan(row * architecture.Inputs, architecture.Inputs)));
        if (reference.NearestKink < 1e-4)
        {
            return;
        }

        cpu.Forward(inputs, batch);
        torch.Forward(inputs, batch);
        Near.Assert($"{architecture} x {batch}, logits on cpu", expected, cpu.Logits);
        Near.Assert($"{architecture} x {batch}, logits on torch", expected, torch.Logits);
        Near.Assert(
            $"{architecture} x {batch}, outputs",
            Rows(batch, row => reference.Outputs(parameters, inputs.AsSpan(row * architecture.Inputs, architecture.Inputs))), cpu.Outputs);
        Near.Assert($"{architecture} x {batch}, outputs", torch.Outputs, cpu.Outputs);

        cpu.Backward(direction);
        torch.Backward(direction);
        Near.Assert($"{architecture} x {batch}, gradient by logits", torch.GradientCopy(), cpu.Gradient);

        cpu.Forward(inputs, batch);
        torch.Forward(inputs, batch);
        cpu.BackwardOutputs(direction);
        torch.BackwardOutputs(direction);
        Near.Assert($"{architecture} x {batch}, gradient by outputs", torch.GradientCopy(), cpu.Gradient);
    }

    [Property(MaxTest = 60)]
    public void Given_a_random_architecture_When_one_output_is_differentiated_Then_finite_differences_agree(ulong seed)
    {
        const double Step = 1e-6;
        var random = new Xoshiro256(seed);
        var architecture = RandomCases.Mlp(random);
        var input = RandomCases.Normal(random, architecture.Inputs);
        var output = RandomCases.Below(random, architecture.Outputs);
        using var cpu = new CpuMlp(architecture, 1, seed);
        using var torch = new TorchMlp(architecture, 1, seed, TestDevice.Cuda);
        var reference = new ReferenceMlp(architecture);
        var parameters = cpu.ParametersAsDoubles();
        reference.Logits(parameters, input);
        if (reference.NearestKink < 1e-4)
        {
            return;
        }

        var gradient = new float[architecture.Layout.Count];
        var gradientOnTorch = new float[architecture.Layout.Count];
        cpu.OutputGradient(input, output, gradient);
        torch.OutputGradient(input, output, gradientOnTorch);

        var places = Enumerable.Range(0, 40).Select(_ => RandomCases.Below(random, parameters.Length)).Append(0).Append(parameters.Length - 1);
        foreach (var place in places)
        {
            var kept = parameters[place];
            parameters[place] = kept + Step;
            var above = reference.Outputs(parameters, input)[output];
            parameters[place] = kept - Step;
            var below = reference.Outputs(parameters, input)[output];
            parameters[place] = kept;
            var difference = (above - below) / (2 * Step);
            Near.Assert($"{architecture}, d output {output} / d parameter {place}", [difference], [gradient[place]]);
            Near.Assert($"{architecture}, d output {output} / d parameter {place} on torch", [difference], [gradientOnTorch[place]]);
        }
    }

    [Fact]
    public void Given_wide_layers_When_both_backends_go_forward_and_back_Then_they_agree()
    {
        var random = new Xoshiro256(3);
        var architecture = new MlpArchitecture(300, [257, 130], 11, Activation.Tanh, layerNorm: true, Head.Softmax);
        var inputs = RandomCases.Normal(random, 70 * 300);
        var direction = RandomCases.Normal(random, 70 * 11, 1.0 / 70);
        using var cpu = new CpuMlp(architecture, 70, 1);
        using var torch = new TorchMlp(architecture, 70, 1, TestDevice.Cuda);

        cpu.Forward(inputs, 70);
        torch.Forward(inputs, 70);
        Near.Assert("outputs", torch.Outputs, cpu.Outputs);
        cpu.Backward(direction);
        torch.Backward(direction);

        Near.Assert("gradient", torch.GradientCopy(), cpu.Gradient);
    }

    private static IEnumerable<double> Rows(int count, Func<int, double[]> row) => Enumerable.Range(0, count).SelectMany(row);
}

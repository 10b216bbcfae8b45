using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>
/// A multilayer perceptron in double precision, straight from the definition: what both backends are compared with, and what finite
/// differences are taken of.
/// </summary>
internal sealed class ReferenceMlp(MlpArchitecture architecture)
{
    /// <summary>The smallest distance of what went into a ReLU from its kink, over all calls.</summary>
    internal double NearestKink { get; private set; } = double.PositiveInfinity;

    internal double[] Logits(double[] parameters, ReadOnlySpan<float> input)
    {
        double[] x = [.. input.ToArray().Select(value => (double)value)];
        for (var layer = 0; layer < architecture.Hidden.Length; layer++)
        {
            x = Linear(parameters, x, $"layers.{layer}");
            if (architecture.LayerNorm)
            {
                var mean = x.Average();
                var deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-5);
                var gain = Block(parameters, $"norms.{layer}.weight");
                var shift = Block(parameters, $"norms.{layer}.bias");
                x = [.. x.Select((value, j) => (gain[j] * (value - mean) / deviation) + shift[j])];
            }

            if (architecture.Activation == Activation.Relu)
            {
                NearestKink = Math.Min(NearestKink, x.Min(Math.Abs));
            }

            x = [.. x.Select(x => Activate(architecture.Activation, x))];
        }

        return Linear(parameters, x, "head");
    }

    internal double[] Outputs(double[] parameters, ReadOnlySpan<float> input)
    {
        var logits = Logits(parameters, input);
        switch (architecture.Head)
        {
            case Head.Sigmoid:
                return [.. logits.Select(f => 1 / (1 + Math.Exp(-f)))];
            case Head.Softmax:
                var largest = logits.Max();
                var sum = logits.Sum(f => Math.Exp(f - largest));
                return [.. logits.Select(f => Math.Exp(f - largest) / sum)];
            default:
                return logits;
        }
    }

    internal static double Activate(Activation activation, double x) => activation switch
    {
        Activation.Relu => Math.Max(0, x),
        Activation.Tanh => Math.Tanh(x),
        Activation.Silu => x / (1 + Math.Exp(-x)),
        Activation.LecunTanh => 1.7159 * Math.Tanh(0.666 * x),
        _ => x,
    };

    private double[] Linear(double[] parameters, double[] x, string name)
    {
        var weight = Block(parameters, name + ".weight");
        var bias = Block(parameters, name + ".bias");
        return
        [
            .. Enumerable.Range(0, bias.Length).Select(j => bias[j] + x.Select((value, i) => value * weight[(i * bias.Length) + j]).Sum()),
        ];
    }

    private double[] Block(double[] parameters, string name)
    {
        var block = architecture.Layout[name];
        return parameters[block.Offset..block.Range.End];
    }
}

using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>A gated recurrent unit with its readout in double precision, straight from the definition, for one sample.</summary>
internal sealed class ReferenceGru(GruArchitecture architecture)
{
    /// <summary>The logits after each step, and the last state.</summary>
    internal (double[][] Logits, double[] State) Run(double[] parameters, ReadOnlySpan<float> inputs, double[] state)
    {
        var units = architecture.StateSize;
        var logits = new double[inputs.Length / architecture.Inputs][];
        for (var step = 0; step < logits.Length; step++)
        {
            double[] x = [.. inputs.Slice(step * architecture.Inputs, architecture.Inputs).ToArray().Select(value => (double)value)];
            var a = Linear(parameters, x, "rnn.weight_ih_l0", "rnn.bias_ih_l0");
            var b = Linear(parameters, state, "rnn.weight_hh_l0", "rnn.bias_hh_l0");
            var next = new double[units];
            for (var j = 0; j < units; j++)
            {
                var r = Sigmoid(a[j] + b[j]);
                var z = Sigmoid(a[units + j] + b[units + j]);
                var n = Math.Tanh(a[(2 * units) + j] + (r * b[(2 * units) + j]));
                next[j] = ((1 - z) * n) + (z * state[j]);
            }

            state = next;
            logits[step] = Linear(parameters, state, "head.weight", "head.bias");
        }

        return (logits, state);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private double[] Linear(double[] parameters, double[] x, string weightName, string biasName)
    {
        var (weight, bias) = (architecture.Layout[weightName], architecture.Layout[biasName]);
        return
        [
            .. Enumerable.Range(0, bias.Length).Select(j =>
                parameters[bias.Offset + j] + x.Select((value, i) => value * parameters[weight.Offset + (i * bias.Length) + j]).Sum()),
        ];
    }
}

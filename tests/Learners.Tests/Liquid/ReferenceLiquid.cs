using StreamLearn.Learners.Liquid;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Tests.Networks;

namespace StreamLearn.Learners.Tests.Liquid;

/// <summary>The liquid cells with their readout in double precision, straight from the equations, for one sample.</summary>
internal sealed class ReferenceLiquid(RecurrentArchitecture architecture)
{
    private ParameterLayout Layout => architecture.Layout;

    /// <summary>The logits after each step, one after the other, and the last state.</summary>
    internal (double[] Logits, double[] State) Run(double[] p, float[] inputs, float[] elapsed, double[] state)
    {
        var logits = new List<double>();
        for (var step = 0; step < elapsed.Length; step++)
        {
            double[] u = [.. inputs.AsSpan(step * architecture.Inputs, architecture.Inputs).ToArray().Select(value => (double)value)];
            var t = elapsed[step] > 1e-3 ? Math.Min(elapsed[step], 1e6) : 1e-3f;
            state = architecture is LtcArchitecture ltc ? Ltc(ltc, p, u, t, state) : Cfc((CfcArchitecture)architecture, p, u, t, state);
            logits.AddRange(Linear(p, state[..architecture.ReadoutSize], "head.weight", "head.bias"));
        }

        return ([.. logits], state);
    }

    private double[] Ltc(LtcArchitecture ltc, double[] p, double[] u, double t, double[] v)
    {
        double Of(string name, int i) => p[Layout[name].Offset + i];
        var (units, inputs) = (ltc.StateSize, ltc.Inputs);
        u = [.. u.Select((value, i) => (value * Of("cell.input_w", i)) + Of("cell.input_b", i))];
        for (var unfold = 0; unfold < ltc.Unfolds; unfold++)
        {
            var next = new double[units];
            for (var j = 0; j < units; j++)
            {
                var c = Softplus(Of("cell.cm", j)) / (t / ltc.Unfolds);
                var leak = Softplus(Of("cell.gleak", j));
                var (num, den) = ((c * v[j]) + (leak * Of("cell.vleak", j)), c + leak + 1e-8);
                void Add(string prefix, double x, int place, sbyte sign)
                {
                    var a = Math.Abs(sign) * Softplus(Of(prefix + "w", place))
                        * Sigmoid(Of(prefix + "sigma", place) * (x - Of(prefix + "mu", place)));
                    num += a * Of(prefix + "erev", place);
                    den += a;
                }

                for (var i = 0; i < units; i++)
                {
                    Add("cell.", v[i], (i * units) + j, ltc.Wiring.Adjacency[(i * units) + j]);
                }

                for (var i = 0; i < inputs; i++)
                {
                    Add("cell.sensory_", u[i], (i * units) + j, ltc.Wiring.SensoryAdjacency[(i * units) + j]);
                }

                next[j] = num / den;
            }

            v = next;
        }

        return v;
    }

    private double[] Cfc(CfcArchitecture cfc, double[] p, double[] u, double t, double[] state)
    {
        if (cfc.Wiring is not { } wiring)
        {
            return CfcCell(cfc, p, "cell", u, t, state, (_, _) => true);
        }

        var (m, c, n) = (wiring.Motors, wiring.Command, wiring.Units);
        bool Sees(int source, int target) => wiring.Adjacency[(source * n) + target] != 0;
        var inter = CfcCell(cfc, p, "inter", u, t, state[(m + c)..], (i, j) => wiring.SensoryAdjacency[(i * n) + m + c + j] != 0);
        var command = CfcCell(cfc, p, "command", inter, t, state[m..(m + c)], (i, j) => Sees(m + c + i, m + j));
        var motor = CfcCell(cfc, p, "motor", command, t, state[..m], (i, j) => Sees(m + i, j));
        return [.. motor, .. command, .. inter];
    }

    private double[] CfcCell(CfcArchitecture cfc, double[] p, string name, double[] x, double t, double[] h, Func<int, int, bool> sees)
    {
        double[] z = [.. x, .. h];
        for (var layer = 0; layer < cfc.Backbone.Length; layer++)
        {
            z = [.. Linear(p, z, $"{name}.backbone.{layer}.weight", $"{name}.backbone.{layer}.bias")
                .Select(value => ReferenceMlp.Activate(cfc.Activation, value))];
        }

        var units = h.Length;
        var heads = Linear(p, z, $"{name}.weight", $"{name}.bias", (i, k) => i >= x.Length || k >= 2 * units || sees(i, k % units));
        return
        [
            .. Enumerable.Range(0, units).Select(j =>
            {
                if (cfc.Mode == CfcMode.Pure)
                {
                    var (tau, level) = (p[Layout[$"{name}.w_tau"].Offset + j], p[Layout[$"{name}.a"].Offset + j]);
                    return (-level * Math.Exp(-t * (Math.Abs(tau) + Math.Abs(heads[j]))) * heads[j]) + level;
                }

                var (f1, f2) = (Math.Tanh(heads[j]), Math.Tanh(heads[units + j]));
                var time = Sigmoid((heads[(2 * units) + j] * t) + heads[(3 * units) + j]);
                return cfc.Mode == CfcMode.NoGate ? f1 + (time * f2) : (f1 * (1 - time)) + (time * f2);
            }),
        ];
    }

    private double[] Linear(double[] p, double[] x, string weightName, string biasName, Func<int, int, bool>? sees = null)
    {
        var (weight, bias) = (Layout[weightName], Layout[biasName]);
        return
        [
            .. Enumerable.Range(0, bias.Length).Select(k =>
                p[bias.Offset + k] + x.Select((value, i) => sees is null || sees(i, k) ? value * p[weight.Offset + (i * bias.Length) + k] : 0).Sum()),
        ];
    }

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}

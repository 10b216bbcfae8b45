using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>A <see cref="GptArchitecture"/> in double precision, written from the formulas with loops, one sequence at a time.</summary>
internal sealed class ReferenceGpt(GptArchitecture architecture, double[] parameters)
{
    /// <summary>Logits [places, vocabulary].</summary>
    internal double[,] Logits(int[] tokens)
    {
        var (places, width) = (tokens.Length, architecture.Width);
        var x = new double[places, width];
        for (var t = 0; t < places; t++)
        {
            for (var c = 0; c < width; c++)
            {
                x[t, c] = At("wte.weight", c, tokens[t]) + At("wpe.weight", c, t);
            }
        }

        for (var layer = 0; layer < architecture.Layers; layer++)
        {
            var h = $"h.{layer}.";
            Add(x, Linear(Attention(Linear(Norm(x, h + "ln_1"), h + "attn.c_attn")), h + "attn.c_proj"));
            var hidden = Linear(Norm(x, h + "ln_2"), h + "mlp.c_fc");
            for (var t = 0; t < places; t++)
            {
                for (var c = 0; c < 4 * width; c++)
                {
                    hidden[t, c] *= Phi(hidden[t, c]);
                }
            }

            Add(x, Linear(hidden, h + "mlp.c_proj"));
        }

        var last = Norm(x, "ln_f");
        var logits = new double[places, architecture.Vocabulary];
        for (var t = 0; t < places; t++)
        {
            for (var v = 0; v < architecture.Vocabulary; v++)
            {
                for (var c = 0; c < width; c++)
                {
                    logits[t, v] += last[t, c] * At("wte.weight", c, v);
                }
            }
        }

        return logits;
    }

    /// <summary>Mean cross-entropy of the places with a target, which is not below 0.</summary>
    internal double Loss(int[] tokens, int[] targets)
    {
        var logits = Logits(tokens);
        var (sum, count) = (0.0, 0);
        for (var t = 0; t < tokens.Length; t++)
        {
            if (targets[t] < 0)
            {
                continue;
            }

            var total = 0.0;
            for (var v = 0; v < architecture.Vocabulary; v++)
            {
                total += Math.Exp(logits[t, v]);
            }

            sum += Math.Log(total) - logits[t, targets[t]];
            count++;
        }

        return sum / count;
    }

    private double At(string block, int row, int column = -1)
    {
        var found = architecture.Layout[block];
        return parameters[found.Offset + (column < 0 ? row : (row * found.Shape[1]) + column)];
    }

    private double[,] Norm(double[,] x, string part)
    {
        var (places, width) = (x.GetLength(0), x.GetLength(1));
        var normal = new double[places, width];
        for (var t = 0; t < places; t++)
        {
            var row = Enumerable.Range(0, width).Select(c => x[t, c]).ToArray();
            var mean = row.Average();
            var deviation = Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + 1e-5);
            for (var c = 0; c < width; c++)
            {
                normal[t, c] = ((row[c] - mean) / deviation * At(part + ".weight", c)) + At(part + ".bias", c);
            }
        }

        return normal;
    }

    private double[,] Linear(double[,] x, string part)
    {
        var outputs = architecture.Layout[part + ".bias"].Length;
        var y = new double[x.GetLength(0), outputs];
        for (var t = 0; t < x.GetLength(0); t++)
        {
            for (var o = 0; o < outputs; o++)
            {
                y[t, o] = At(part + ".bias", o);
                for (var i = 0; i < x.GetLength(1); i++)
                {
                    y[t, o] += x[t, i] * At(part + ".weight", i, o);
                }
            }
        }

        return y;
    }

    private double[,] Attention(double[,] parts)
    {
        var (places, width) = (parts.GetLength(0), architecture.Width);
        var size = width / architecture.Heads;
        var seen = new double[places, width];
        for (var head = 0; head < architecture.Heads; head++)
        {
            for (var t = 0; t < places; t++)
            {
                var scores = Enumerable.Range(0, t + 1).Select(s => Math.Exp(Enumerable.Range(head * size, size)
                    .Sum(c => parts[t, c] * parts[s, width + c]) / Math.Sqrt(size))).ToArray();
                for (var s = 0; s <= t; s++)
                {
                    for (var c = head * size; c < (head + 1) * size; c++)
                    {
                        seen[t, c] += scores[s] / scores.Sum() * parts[s, (2 * width) + c];
                    }
                }
            }
        }

        return seen;
    }

    private static void Add(double[,] x, double[,] y)
    {
        for (var t = 0; t < x.GetLength(0); t++)
        {
            for (var c = 0; c < x.GetLength(1); c++)
            {
                x[t, c] += y[t, c];
            }
        }
    }

    /// <summary>The normal distribution function, by its series: gelu(x) = x Φ(x).</summary>
    private static double Phi(double x)
    {
        var (term, sum) = (x, x);
        for (var n = 1; n < 200; n++)
        {
            term *= x * x / ((2 * n) + 1);
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }
}

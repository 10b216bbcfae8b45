using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Networks;

/// <summary>Draws weights whose rows (or columns, whichever are fewer) are orthogonal and of one length.</summary>
/// <remarks>Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", ICLR 2014: a Gaussian matrix, orthogonalised; what
/// <c>torch.nn.init.orthogonal_</c> draws from too.</remarks>
internal static class OrthogonalWeights
{
    /// <param name="weights">[<paramref name="inputs"/>, <paramref name="outputs"/>], written.</param>
    /// <param name="inputs">Numbers that go in.</param>
    /// <param name="outputs">Numbers that come out.</param>
    /// <param name="gain">Length of the vectors.</param>
    /// <param name="random">Chance.</param>
    internal static void Fill(Span<float> weights, int inputs, int outputs, double gain, Xoshiro256 random)
    {
        var (count, length) = (Math.Min(inputs, outputs), Math.Max(inputs, outputs));
        var vectors = new double[count][];
        for (var i = 0; i < count; i++)
        {
            var vector = vectors[i] = new double[length];
            double norm;
            do
            {
                foreach (ref var value in vector.AsSpan())
                {
                    value = random.NextGaussian();
                }

                // Twice is enough for all digits.
                for (var pass = 0; pass < 2; pass++)
                {
                    for (var j = 0; j < i; j++)
                    {
                        Subtract(vector, vectors[j]);
                    }
                }

                norm = Math.Sqrt(Dot(vector, vector));
            }
            while (norm < 1e-6);

            foreach (ref var value in vector.AsSpan())
            {
                value /= norm;
            }
        }

        for (var input = 0; input < inputs; input++)
        {
            for (var output = 0; output < outputs; output++)
            {
                weights[(input * outputs) + output] = (float)(gain * (inputs < outputs ? vectors[input][output] : vectors[output][input]));
            }
        }
    }

    private static void Subtract(double[] vector, double[] from)
    {
        var dot = Dot(vector, from);
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] -= dot * from[i];
        }
    }

    private static double Dot(double[] left, double[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}

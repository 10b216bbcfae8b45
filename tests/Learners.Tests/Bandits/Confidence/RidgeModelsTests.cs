using StreamLearn.Learners.Bandits.Confidence;

namespace StreamLearn.Learners.Tests.Bandits.Confidence;

public sealed class RidgeModelsTests
{
    [Fact]
    public void Given_rounds_When_they_are_learned_Then_weights_and_uncertainty_are_those_of_the_normal_equations()
    {
        const int Inputs = 4;
        var random = new Random(2);
        var models = new RidgeModels(2, Inputs, ridge: 0.5);
        var matrix = new double[Inputs, Inputs];
        var sums = new double[Inputs];
        for (var i = 0; i < Inputs; i++)
        {
            matrix[i, i] = 0.5;
        }

        for (var round = 0; round < 200; round++)
        {
            float[] x = [.. Enumerable.Range(0, Inputs).Select(_ => (float)(random.NextDouble() - 0.3))];
            var y = random.NextDouble();
            Assert.True(models.Learn(1, x, y));
            for (var i = 0; i < Inputs; i++)
            {
                sums[i] += x[i] * y;
                for (var j = 0; j < Inputs; j++)
                {
                    matrix[i, j] += (double)x[i] * x[j];
                }
            }
        }

        float[] probe = [0.2f, -0.4f, 1, 0.7f];
        var solved = Solve(matrix, [.. probe.Select(value => (double)value)]);
        Assert.Equal(solved.Zip(sums, (s, b) => s * b).Sum(), models.Predict(1, probe), 1e-9);
        Assert.Equal(solved.Zip(probe, (s, p) => s * p).Sum(), models.Uncertainty(1, probe), 1e-9);
        Assert.Equal(0, models.Predict(0, probe));
        Assert.Equal(probe.Sum(p => p * (double)p) / 0.5, models.Uncertainty(0, probe), 1e-9);
    }

    [Fact]
    public void Given_a_million_rounds_of_inputs_that_hardly_differ_When_they_are_learned_Then_uncertainty_stays_positive_and_falls()
    {
        var random = new Random(2);
        var models = new RidgeModels(1, 3, ridge: 1e-6);
        float[] x = [1, 0, 0];
        var before = double.PositiveInfinity;
        for (var round = 0; round < 200_000; round++)
        {
            x[1] = 1 + ((float)random.NextDouble() * 1e-6f);
            x[2] = (float)random.NextDouble() * 1e-3f;
            models.Learn(0, x, 0.5);
            if (round % 50_000 == 49_999)
            {
                var uncertainty = models.Uncertainty(0, [1, 1, 0]);
                Assert.InRange(uncertainty, 1e-12, before);
                before = uncertainty;
            }
        }

        Assert.Equal(0.5, models.Predict(0, [1, 1, 0]), 1e-3);
    }

    /// <summary>Gaussian elimination.</summary>
    private static double[] Solve(double[,] matrix, double[] right)
    {
        var a = (double[,])matrix.Clone();
        var n = right.Length;
        for (var k = 0; k < n; k++)
        {
            for (var i = k + 1; i < n; i++)
            {
                var factor = a[i, k] / a[k, k];
                right[i] -= factor * right[k];
                for (var j = k; j < n; j++)
                {
                    a[i, j] -= factor * a[k, j];
                }
            }
        }

        for (var k = n - 1; k >= 0; k--)
        {
            for (var j = k + 1; j < n; j++)
            {
                right[k] -= a[k, j] * right[j];
            }

            right[k] /= a[k, k];
        }

        return right;
    }
}

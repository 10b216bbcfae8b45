namespace StreamLearn.Learners.Tests.Forecasting.RecursiveLeastSquares;

/// <summary>
/// Recursive least squares as the textbook has it (Haykin, Adaptive Filter Theory), in plain loops over the whole series, in one
/// fixed unit: the first value's (and each feature's first). Steps without a value hold the last one, and are no targets.
/// </summary>
internal static class TextbookRecursiveLeastSquares
{
    /// <summary>The forecast for <paramref name="horizon"/> steps after each step.</summary>
    /// <param name="values">The series; the first is there and not zero.</param>
    /// <param name="features">Features of each step; those of the first are not zero.</param>
    /// <param name="horizon">Steps ahead.</param>
    /// <param name="lags">Values looked back on, the current one included.</param>
    /// <param name="forgetting">Forgetting factor.</param>
    /// <param name="covariance">Diagonal of P at the start.</param>
    internal static double[] Forecast(double?[] values, double[][] features, int horizon, int lags, double forgetting, double covariance)
    {
        var unit = Math.Abs(values[0]!.Value);
        var size = lags + 1 + features[0].Length;
        var held = new double[values.Length];
        var heldFeatures = new double[values.Length][];
        for (var t = 0; t < values.Length; t++)
        {
            held[t] = (values[t] / unit) ?? held[t - 1];
            heldFeatures[t] = values[t] is null ? heldFeatures[t - 1] : [.. features[t].Select((f, i) => f / Math.Abs(features[0][i]))];
        }

        var w = new double[size];
        w[0] = 1;
        var p = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            p[i, i] = covariance;
        }

        var forecasts = new double[values.Length];
        for (var t = 0; t < values.Length; t++)
        {
            if (values[t] is not null && t - horizon - lags + 1 >= 0)
            {
                var x = Regressors(t - horizon);
                var px = new double[size];
                var xpx = 0.0;
                var wx = 0.0;
                for (var i = 0; i < size; i++)
                {
                    for (var j = 0; j < size; j++)
                    {
                        px[i] += p[i, j] * x[j];
                    }

                    xpx += x[i] * px[i];
                    wx += w[i] * x[i];
                }

                for (var i = 0; i < size; i++)
                {
                    var k = px[i] / (forgetting + xpx);
                    w[i] += k * (held[t] - wx);
                    for (var j = 0; j < size; j++)
                    {
                        p[i, j] = (p[i, j] - (k * px[j])) / forgetting;
                    }
                }
            }

            // As long as no target has come, the last value.
            forecasts[t] = unit * (t - horizon - lags + 1 >= 0 ? Dot(w, Regressors(t)) : held[t]);
        }

        return forecasts;

        double[] Regressors(int t) => [.. Enumerable.Range(0, lags).Select(lag => held[t - lag]), 1, .. heldFeatures[t]];
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

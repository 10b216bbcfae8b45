using System.Numerics.Tensors;

namespace StreamLearn.Learners.LeastSquares;

/// <summary>
/// A step of recursive least squares with exponential forgetting, guarded against what rounding does to it. Weights and covariances are the caller's: one
/// serves many models of a size, one after the other.
/// </summary>
/// <remarks>Source: S. Haykin, Adaptive Filter Theory, the RLS algorithm: k = Px / (λ + xᵀPx); w ← w + k(y - wᵀx); P ← (P - k xᵀP) / λ.</remarks>
/// <param name="size">Regressors.</param>
/// <param name="forgetting">λ, by which the weight of a step shrinks with each later one.</param>
/// <param name="initialCovariance">δ of P = δI, where it starts, also anew.</param>
/// <param name="maxCovariance">While the mean of P's diagonal is above it, nothing is forgotten.</param>
internal sealed class RecursiveFit(int size, double forgetting, double initialCovariance, double maxCovariance)
{
    // Workspace, no state.
    private readonly double[] _gain = new double[size];

    /// <summary>One step on (x, target). False, and nothing changed but a reset P, where it would not stay finite.</summary>
    /// <param name="weights">[size].</param>
    /// <param name="covariance">P, [size, size].</param>
    /// <param name="x">[size].</param>
    /// <param name="target">y.</param>
    internal bool Update(double[] weights, double[] covariance, ReadOnlySpan<double> x, double target)
    {
        var trace = 0.0;
        for (var i = 0; i < size; i++)
        {
            _gain[i] = TensorPrimitives.Dot(covariance.AsSpan(i * size, size), x);
            trace += covariance[(i * size) + i];
        }

        var kept = trace / size > maxCovariance ? 1.0 : forgetting;
        var denominator = kept + TensorPrimitives.Dot<double>(_gain, x);
        var step = (target - TensorPrimitives.Dot<double>(weights, x)) / denominator;
        var furthest = Math.Abs(TensorPrimitives.MaxMagnitude<double>(weights))
            + Math.Abs(step * TensorPrimitives.MaxMagnitude<double>(_gain));

        // Rounding can cost P its positive definiteness; then the denominator shows it, and P starts anew.
        if (!(denominator >= 0.5 * kept) || !double.IsFinite(denominator) || !double.IsFinite(furthest))
        {
            Reset(covariance);
            return false;
        }

        // The upper triangle is computed and mirrored: P stays symmetric to the bit.
        for (var i = 0; i < size; i++)
        {
            var scaled = _gain[i] / denominator;
            for (var j = i; j < size; j++)
            {
                var updated = (covariance[(i * size) + j] - (scaled * _gain[j])) / kept;
                covariance[(i * size) + j] = updated;
                covariance[(j * size) + i] = updated;
            }
        }

        if (!TensorPrimitives.IsFiniteAll<double>(covariance))
        {
            Reset(covariance);
            return false;
        }

        TensorPrimitives.MultiplyAdd<double>(_gain, step, weights, weights);
        return true;
    }

    /// <summary>P = δI.</summary>
    internal void Reset(double[] covariance)
    {
        Array.Clear(covariance);
        for (var i = 0; i < size; i++)
        {
            covariance[(i * size) + i] = initialCovariance;
        }
    }
}

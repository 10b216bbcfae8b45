using System.Numerics.Tensors;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// S perturbations of a prediction, the same for all actions: f̃ₛ = f + δₛ, δₛ = c m^(-1/4) Σⱼ (θ - θ₀)ⱼ εₛⱼ with signs ε that are drawn
/// once. The gradient of the round's mean loss has c m^(-1/4) (1/S) Σₛ rₛ εₛ besides the part through f, on all parameters.
/// </summary>
/// <remarks>
/// Deb, Ban, Zuo, He and Banerjee, "Contextual Bandits with Online Neural Regression", ICLR 2024. m is the width of the hidden layer, 1
/// without. Signs come from a seed; padding has none.
/// </remarks>
internal sealed class SignPerturbation
{
    private readonly BlockShape _shape;
    private readonly float[][] _signs;
    private readonly double[] _offsets;
    private readonly float[] _distance;
    private readonly double _scale;

    /// <param name="shape">Of the parameters.</param>
    /// <param name="count">S.</param>
    /// <param name="scale">c.</param>
    internal SignPerturbation(BlockShape shape, int count, double scale)
    {
        _shape = shape;
        _scale = scale / Math.Pow(Math.Max(shape.Width, 1), 0.25);
        _signs = [.. Enumerable.Range(0, count).Select(_ => new float[shape.Count])];
        _offsets = new double[count];
        _distance = new float[shape.Count];
    }

    /// <summary>δ, [S].</summary>
    internal ReadOnlySpan<double> Offsets => _offsets;

    /// <summary>Draws the signs.</summary>
    internal void Draw(Xoshiro256 random)
    {
        foreach (var signs in _signs)
        {
            Array.Clear(signs);
            var (row, used) = _shape.HasHidden ? (_shape.Stride, _shape.Width) : (_shape.Stride, _shape.Inputs);
            for (var start = 0; start < _shape.Last; start += row)
            {
                foreach (ref var sign in signs.AsSpan(start, used))
                {
                    sign = random.NextSign();
                }
            }

            signs[_shape.Last] = random.NextSign();
        }
    }

    /// <summary>Takes the offsets of parameters that have changed.</summary>
    internal void Measure(ReadOnlySpan<float> parameters, ReadOnlySpan<float> initial)
    {
        TensorPrimitives.Subtract(parameters, initial, _distance);
        for (var s = 0; s < _offsets.Length; s++)
        {
            var offset = _scale * TensorPrimitives.Dot<float>(_distance, _signs[s]);
            _offsets[s] = double.IsFinite(offset) ? offset : 0;
        }
    }

    /// <summary>Moves all parameters down their part of the gradient: θ ← θ - η c m^(-1/4) (1/S) Σₛ rₛ εₛ.</summary>
    internal void Step(Span<float> parameters, ReadOnlySpan<double> residuals, double learningRate)
    {
        for (var s = 0; s < _signs.Length; s++)
        {
            var factor = (float)(-learningRate * _scale * residuals[s] / _signs.Length);
            TensorPrimitives.MultiplyAdd(_signs[s], factor, parameters, parameters);
        }

        TensorPrimitives.Clamp(parameters, -BlockKernels.Largest, BlockKernels.Largest, parameters);
    }
}

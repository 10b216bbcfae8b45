using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.LeastSquares;
using StreamLearn.Learners.Normalization;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Linear;

/// <summary><c>linear-regression</c>: y = w · [1, z] by recursive least squares with forgetting (<see cref="RecursiveFit"/>), on each target as it
/// arrives.</summary>
/// <remarks>Features and targets are standardized by what has been learned so far, each cut off at ±10, so that the prior means the same for all keys; what
/// was learned in earlier units is forgotten with the rest. It keeps a matrix of as many rows and columns as there are features.</remarks>
internal sealed class LinearRegressor : SupervisedLearner
{
    internal const string Kind = "linear-regression";

    /// <summary>Its matrix would be larger than 8 MB.</summary>
    private const int MostFeatures = 1000;

    private const double Limit = 10;

    private readonly RecursiveFit _fit;
    private readonly InputNormalizer _normalizer;
    private readonly TargetNormalizer _targets = new(fading: 1);
    private readonly double[] _weights;
    private readonly double[] _good;
    private readonly double[] _covariance;

    // Workspace, no state.
    private readonly float[] _inputs;
    private readonly double[] _x;

    internal LinearRegressor(int features, LinearRegressionOptions options)
    {
        if (features > MostFeatures)
        {
            throw new OptionException(options.Path, $"{Kind} with {features} features", $"another learner, or up to {MostFeatures} features");
        }

        var size = 1 + features;
        _fit = new RecursiveFit(size, options.Forgetting, options.InitialCovariance, options.MaxCovariance);
        _normalizer = new InputNormalizer(NormalizationKind.Standardize, features, Limit, outlier: TargetNormalizer.Outlier);
        _weights = new double[size];
        _good = new double[size];
        _covariance = new double[size * size];
        _fit.Reset(_covariance);
        _inputs = new float[features];
        _x = new double[size];
        _x[0] = 1;
    }

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> features, Span<double> outputs)
    {
        FillRegressors(features);
        outputs[0] = _targets.Restore(TensorPrimitives.Dot<double>(_weights, _x));
    }

    /// <inheritdoc/>
    public override LearnOutcome Learn(ReadOnlySpan<float> features, double target)
    {
        _normalizer.Observe(features);
        _targets.Observe(target);
        FillRegressors(features);
        return _fit.Update(_weights, _covariance, _x, _targets.Normalize(target)) ? LearnOutcome.Learned : LearnOutcome.Refused;
    }

    /// <inheritdoc/>
    public override void KeepGood() => _weights.CopyTo(_good, 0);

    /// <inheritdoc/>
    public override void ReturnToGood()
    {
        _good.CopyTo(_weights, 0);
        _fit.Reset(_covariance);
    }

    /// <inheritdoc/>
    public override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, fields: 5);
        _normalizer.Save(ref writer);
        _targets.Save(ref writer);
        writer.WriteDoubles(_weights);
        writer.WriteDoubles(_good);
        writer.WriteDoubles(_covariance);
    }

    /// <inheritdoc/>
    public override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, fields: 5);
        _normalizer.Load(ref reader);
        _targets.Load(ref reader);
        reader.ReadDoubles(_weights);
        reader.ReadDoubles(_good);
        reader.ReadDoubles(_covariance);
    }

    private void FillRegressors(ReadOnlySpan<float> features)
    {
        _normalizer.Apply(features, _inputs);
        TensorPrimitives.ConvertTruncating<float, double>(_inputs, _x.AsSpan(1));
    }
}

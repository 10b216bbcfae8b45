using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MessagePack;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Normalization;

/// <summary>
/// Brings features to a common scale, by what has been learned so far only: z = (x - center) factor, cut off at ±limit. A feature that has
/// not varied yet, but for the rounding of single precision, is 0.
/// </summary>
/// <remarks>Means and sums of squares by Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products", Technometrics
/// 1962.</remarks>
internal sealed unsafe class InputNormalizer
{
    /// <summary>Numbers that are not normalised are cut off there, so that their squares do not overflow.</summary>
    internal const float LargestRaw = 1e15f;

    /// <summary>Rounds after which outliers are known.</summary>
    private const int Known = 10;

    private const string Name = "normalizer";
    private const int Version = 1;
    private const int Fields = 3;

    /// <summary>Factors are held below that: 1/σ of features around 1e-40 is no number in single precision.</summary>
    private const double LargestFactor = 1e37;

    /// <summary>Deviations below that share of the mean are rounding.</summary>
    private const double Resolution = 1e-6;

    private readonly NormalizationKind _kind;
    private readonly float _limit;
    private readonly double _fading;
    private readonly double _outlier;

    // State: rounds; mean (standardize); sum of squared deviations (standardize) or largest magnitude (scale).
    private readonly double[] _mean;
    private readonly double[] _spread;
    private long _count;

    // What these come to, for the next rounds.
    private readonly PinnedFloats _center;
    private readonly PinnedFloats _factor;

    /// <param name="kind">What is done.</param>
    /// <param name="features">How many there are.</param>
    /// <param name="clip">Where standardized numbers are cut off.</param>
    /// <param name="fading">By which a round's weight in mean and deviation shrinks with each later one (standardize); 1: all weigh alike.</param>
    /// <param name="outlier">Deviations from the mean beyond which a feature counts as that far in mean and deviation, once some rounds are known (standardize).</param>
    internal InputNormalizer(NormalizationKind kind, int features, double clip, double fading = 1, double outlier = double.PositiveInfinity)
    {
        _outlier = outlier;
        _kind = kind;
        _fading = fading;
        Features = features;
        _limit = kind switch
        {
            NormalizationKind.None => LargestRaw,
            NormalizationKind.Scale => 1,
            _ => (float)clip,
        };
        _mean = new double[kind == NormalizationKind.Standardize ? features : 0];
        _spread = new double[kind == NormalizationKind.None ? 0 : features];
        _center = new PinnedFloats(features);
        _factor = new PinnedFloats(features);
        if (kind == NormalizationKind.None)
        {
            _factor.Span.Fill(1);
        }
    }

    /// <summary>How many there are.</summary>
    internal int Features { get; }

    /// <summary>Weight of the last round in the mean.</summary>
    private double Share => _fading == 1 ? 1.0 / _count : (1 - _fading) / (1 - Math.Pow(_fading, _count));

    /// <summary>Takes in the features of a round, finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Observe(ReadOnlySpan<float> features)
    {
        _count++;
        if (_kind == NormalizationKind.Scale)
        {
            for (var i = 0; i < features.Length; i++)
            {
                _spread[i] = Math.Max(_spread[i], Math.Abs((double)features[i]));
            }
        }
        else if (_kind == NormalizationKind.Standardize)
        {
            var share = Share;
            var knowsOutliers = _count > Known && double.IsFinite(_outlier);
            for (var i = 0; i < features.Length; i++)
            {
                var feature = knowsOutliers && _factor.Span[i] > 0
                    ? Math.Clamp(features[i], _mean[i] - (_outlier / _factor.Span[i]), _mean[i] + (_outlier / _factor.Span[i]))
                    : features[i];
                var deviation = feature - _mean[i];
                _mean[i] += deviation * share;
                _spread[i] = (_fading * _spread[i]) + (deviation * (feature - _mean[i]));
            }
        }

        Refresh();
    }

    /// <inheritdoc cref="Apply(ReadOnlySpan{float}, float*)"/>
    internal void Apply(ReadOnlySpan<float> features, Span<float> normalized)
    {
        fixed (float* z = normalized[..features.Length])
        {
            Apply(features, z);
        }
    }

    /// <summary>z of features, finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Apply(ReadOnlySpan<float> features, float* normalized)
    {
        float* center = _center.Pointer, factor = _factor.Pointer;
        fixed (float* x = features)
        {
            var i = 0;
            for (; i + Vector512<float>.Count <= features.Length; i += Vector512<float>.Count)
            {
                var z = (Vector512.Load(x + i) - Vector512.Load(center + i)) * Vector512.Load(factor + i);
                z = Vector512.ConditionalSelect(Vector512.Equals(z, z), z, default);
                Vector512.Min(Vector512.Max(z, Vector512.Create(-_limit)), Vector512.Create(_limit)).Store(normalized + i);
            }

            for (; i < features.Length; i++)
            {
                // Infinity times 0 is NaN.
                var z = (x[i] - center[i]) * factor[i];
                normalized[i] = z > _limit ? _limit : z < -_limit ? -_limit : float.IsNaN(z) ? 0 : z;
            }
        }

        GC.KeepAlive(this);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(_count);
        writer.WriteDoubles(_mean);
        writer.WriteDoubles(_spread);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        _count = reader.ReadInt64();
        StateFormat.Require(_count >= 0, "a normalizer has seen a negative number of rounds");
        reader.ReadDoubles(_mean);
        reader.ReadDoubles(_spread);
        StateFormat.Require(_mean.All(mean => Math.Abs(mean) <= float.MaxValue), "a mean is larger than any feature");
        StateFormat.Require(_spread.All(spread => spread >= 0), "a sum of squares or a magnitude is negative");
        Refresh();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Refresh()
    {
        if (_kind == NormalizationKind.None)
        {
            return;
        }

        if (_count == 0)
        {
            _center.Span.Clear();
            _factor.Span.Clear();
            return;
        }

        float* center = _center.Pointer, factor = _factor.Pointer;
        var share = Share;
        for (var i = 0; i < _spread.Length; i++)
        {
            if (_kind == NormalizationKind.Scale)
            {
                factor[i] = _spread[i] > 0 ? (float)Math.Min(1 / _spread[i], LargestFactor) : 0;
                continue;
            }

            var deviation = Math.Sqrt(_spread[i] * share);
            center[i] = (float)_mean[i];
            factor[i] = deviation > Resolution * Math.Abs(_mean[i]) ? (float)Math.Min(1 / deviation, LargestFactor) : 0;
        }

        GC.KeepAlive(this);
    }
}

using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Bayes;

/// <summary>
/// <c>naive-bayes</c>: in each class each feature is normal and knows nothing of the others; means and variances of all labels so far.
/// </summary>
/// <remarks>
/// <para>log p(class | x) = log prior + Σ over features of log N(x; mean, variance) + a constant. The prior is (n + 1) / (labels + classes). A class's
/// variance is (spread + v) / (n + 1), where v is the feature's variance over all classes: as if there had been one more label of average spread, so that one
/// label is enough; a class without labels has the mean and variance of all. A feature that has not varied in any class says nothing.</para>
/// <para>Source of the rule: C. M. Bishop, Pattern Recognition and Machine Learning, 4.2. Sums are Welford's, in double precision, of features in single
/// precision: nothing overflows.</para>
/// </remarks>
internal sealed class NaiveBayesClassifier : SupervisedLearner
{
    internal const string Kind = "naive-bayes";

    /// <summary>Variances are at least that share of the feature's variance over all classes: a class in which it never varies would decide alone.</summary>
    private const double LeastShare = 1e-4;

    private readonly int _features;

    // [classes, features], and of all classes together [features].
    private RunningMoments[] _moments;
    private readonly RunningMoments[] _all;
    private double[] _counts;
    private double _labels;

    internal NaiveBayesClassifier(int classes, int features)
    {
        _features = features;
        _counts = new double[classes];
        _moments = new RunningMoments[classes * features];
        _all = new RunningMoments[features];
    }

    /// <inheritdoc/>
    public override int Outputs => _counts.Length;

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> features, Span<double> outputs)
    {
        for (var c = 0; c < outputs.Length; c++)
        {
            outputs[c] = Math.Log((_counts[c] + 1) / (_labels + _counts.Length));
            var own = _moments.AsSpan(c * _features, _features);
            for (var f = 0; f < features.Length; f++)
            {
                var all = _all[f].Variance;
                if (all > 0)
                {
                    var mean = _counts[c] > 0 ? own[f].Mean : _all[f].Mean;
                    var variance = Math.Max((own[f].Spread + all) / (own[f].Weight + 1), LeastShare * all);
                    var deviation = features[f] - mean;

                    // Ratios: a variance of 1e76 has a logarithm, but the square of a deviation need not be looked at alone.
                    outputs[c] -= 0.5 * ((deviation / variance * deviation) + Math.Log(variance / all));
                }
            }
        }

        Probabilities.Softmax(outputs);
    }

    /// <inheritdoc/>
    public override LearnOutcome Learn(ReadOnlySpan<float> features, double target)
    {
        var own = _moments.AsSpan((int)target * _features, _features);
        for (var f = 0; f < features.Length; f++)
        {
            own[f].Add(features[f]);
            _all[f].Add(features[f]);
        }

        _counts[(int)target]++;
        _labels++;
        return LearnOutcome.Learned;
    }

    /// <inheritdoc/>
    public override void GrowClasses(int count, ReadOnlySpan<float> features)
    {
        Array.Resize(ref _counts, count);
        Array.Resize(ref _moments, count * _features);
    }

    /// <inheritdoc/>
    public override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, fields: 3);
        writer.Write(_counts.Length);
        writer.WriteDoubles(_counts);
        writer.WriteArrayHeader((_all.Length + _moments.Length) * RunningMoments.Fields);
        foreach (var moments in _all)
        {
            moments.Save(ref writer);
        }

        foreach (var moments in _moments)
        {
            moments.Save(ref writer);
        }
    }

    /// <inheritdoc/>
    public override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, fields: 3);
        var classes = ClassCount.Read(ref reader);
        _counts = new double[classes];
        reader.ReadDoubles(_counts);
        _labels = 0;
        foreach (var count in _counts)
        {
            StateFormat.Require(count >= 0 && count <= long.MaxValue, "a class has come a negative number of times");
            _labels += count;
        }

        reader.ReadLength((classes + 1) * _features * RunningMoments.Fields);
        _moments = new RunningMoments[classes * _features];
        foreach (ref var moments in _all.AsSpan())
        {
            moments.Load(ref reader);
        }

        foreach (ref var moments in _moments.AsSpan())
        {
            moments.Load(ref reader);
        }
    }
}

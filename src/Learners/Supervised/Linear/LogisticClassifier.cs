using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Normalization;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Linear;

/// <summary><c>logistic</c>: multinomial logistic regression on standardized features, a step of AdaGrad on each label.</summary>
/// <remarks>
/// <para>p = softmax(W x) with x = [1, z]; z is standardized by what has been learned so far, cut off at ±10. Gradient of the cross-entropy: (p - 1[y]) x;
/// W ← W - η g / √(Σ g² + 1e-8), number by number. A new class has weights of zero and the bias with which the record that brings it gives it the probability
/// 0.01.</para>
/// <para>Sources: C. M. Bishop, Pattern Recognition and Machine Learning, 4.3.4; J. Duchi, E. Hazan, Y. Singer, Adaptive subgradient methods, JMLR
/// 2011.</para>
/// </remarks>
internal sealed class LogisticClassifier : SupervisedLearner
{
    internal const string Kind = "logistic";

    private const double Epsilon = 1e-8;
    private const double Limit = 10;

    private readonly LogisticOptions _options;
    private readonly InputNormalizer _normalizer;

    // Numbers of a class: the bias, the weights.
    private readonly int _size;
    private double[] _weights;
    private double[] _squares;
    private int _classes;

    // Workspace, no state.
    private readonly float[] _inputs;
    private readonly double[] _x;
    private double[] _probabilities;

    internal LogisticClassifier(int classes, int features, LogisticOptions options)
    {
        _options = options;
        _classes = classes;
        _size = 1 + features;
        _normalizer = new InputNormalizer(NormalizationKind.Standardize, features, Limit, options.Fading, TargetNormalizer.Outlier);
        _weights = new double[classes * _size];
        _squares = new double[classes * _size];
        _probabilities = new double[classes];
        _inputs = new float[features];
        _x = new double[_size];
        _x[0] = 1;
    }

    /// <inheritdoc/>
    public override int Outputs => _classes;

    /// <inheritdoc/>
    public override void Predict(ReadOnlySpan<float> features, Span<double> outputs)
    {
        Score(features, outputs);
        Probabilities.Softmax(outputs);
    }

    /// <inheritdoc/>
    public override LearnOutcome Learn(ReadOnlySpan<float> features, double target)
    {
        _normalizer.Observe(features);
        Predict(features, _probabilities);
        for (var c = 0; c < _classes; c++)
        {
            // Within ±1, and x within ±10: no step overflows.
            var error = _probabilities[c] - (c == (int)target ? 1 : 0);
            var weights = _weights.AsSpan(c * _size, _size);
            var squares = _squares.AsSpan(c * _size, _size);
            for (var i = 0; i < _size; i++)
            {
                var gradient = error * _x[i];
                squares[i] += gradient * gradient;
                weights[i] -= _options.LearningRate * gradient / Math.Sqrt(squares[i] + Epsilon);
            }
        }

        return LearnOutcome.Learned;
    }

    /// <inheritdoc/>
    public override void GrowClasses(int count, ReadOnlySpan<float> features)
    {
        var bias = 0.0;
        if (_classes > 0 && !features.IsEmpty)
        {
            Score(features, _probabilities);
            bias = Probabilities.ScoreOfNew(_probabilities);
        }

        Array.Resize(ref _weights, count * _size);
        Array.Resize(ref _squares, count * _size);
        _probabilities = new double[count];
        for (; _classes < count; _classes++)
        {
            _weights[_classes * _size] = bias;
        }
    }

    /// <inheritdoc/>
    public override void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, 1, fields: 4);
        writer.Write(_classes);
        _normalizer.Save(ref writer);
        writer.WriteDoubles(_weights);
        writer.WriteDoubles(_squares);
    }

    /// <inheritdoc/>
    public override void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, 1, fields: 4);
        _classes = ClassCount.Read(ref reader);
        _normalizer.Load(ref reader);
        (_weights, _squares, _probabilities) = (new double[_classes * _size], new double[_classes * _size], new double[_classes]);
        reader.ReadDoubles(_weights);
        reader.ReadDoubles(_squares);
        StateFormat.Require(_squares.All(square => square >= 0), "a sum of squares is negative");
    }

    /// <summary>W x, and x is kept.</summary>
    private void Score(ReadOnlySpan<float> features, Span<double> scores)
    {
        _normalizer.Apply(features, _inputs);
        TensorPrimitives.ConvertTruncating<float, double>(_inputs, _x.AsSpan(1));
        for (var c = 0; c < scores.Length; c++)
        {
            scores[c] = TensorPrimitives.Dot<double>(_weights.AsSpan(c * _size, _size), _x);
        }
    }
}

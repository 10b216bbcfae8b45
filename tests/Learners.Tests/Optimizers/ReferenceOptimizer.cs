using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Tests.Optimizers;

/// <summary>
/// The optimisers as their papers have them, one parameter after the other in double precision: written for these tests from the formulas,
/// with nothing of what they test.
/// </summary>
internal sealed class ReferenceOptimizer(OptimizerOptions options, float[] parameters)
{
    private readonly double[] _first = new double[parameters.Length];
    private readonly double[] _second = new double[parameters.Length];
    private double[] _curvature = [];
    private double[] _center = [];
    private double _sum = options is AdaGradNormOptions norm ? norm.InitialSum : 0;
    private int _t;

    internal double[] X { get; } = [.. parameters.Select(x => (double)x)];

    internal double LearningRate { get; set; } = options.LearningRate;

    internal void Step(float[] gradient)
    {
        _t++;
        var g = gradient.Select(value => (double)value).ToArray();
        switch (options)
        {
            case SgdOptions sgd:
                Each(i => Sgd(sgd, i, g[i]));
                break;
            case AdaGradNormOptions:
                _sum += g.Sum(value => value * value);
                Each(i => X[i] -= LearningRate * g[i] / Math.Sqrt(_sum));
                break;
            case AdamOptions adam:
                Each(i => Adam(i, g[i] + (adam.WeightDecay * X[i]), adam.Beta1, adam.Beta2, adam.Epsilon));
                break;
            case AdamWOptions adam:
                Each(i => X[i] -= LearningRate * adam.WeightDecay * X[i]);
                Each(i => Adam(i, g[i], adam.Beta1, adam.Beta2, adam.Epsilon));
                break;
            case AdaBeliefOptions belief:
                Each(i => AdaBelief(belief, i, g[i]));
                break;
            case LionOptions lion:
                Each(i => Lion(lion, i, g[i]));
                break;
            case OptimisticMirrorDescentOptions optimistic:
                Optimistic(optimistic, g);
                break;
            case AdaHessianOptions second:
                if ((_t - 1) % second.ProbeEvery == 0)
                {
                    _curvature = [.. gradient.Select(value => (double)OptimizerUnderTest.Curvature(value))];
                }

                Each(i => AdaHessian(second, i, g[i]));
                break;
            default:
                throw new NotSupportedException(options.Kind);
        }
    }

    private void Each(Action<int> step)
    {
        for (var i = 0; i < X.Length; i++)
        {
            step(i);
        }
    }

    private void Sgd(SgdOptions sgd, int i, double g)
    {
        g += sgd.WeightDecay * X[i];
        _first[i] = (sgd.Momentum * _first[i]) + g;
        X[i] -= LearningRate * (sgd.Nesterov ? g + (sgd.Momentum * _first[i]) : _first[i]);
    }

    private void Adam(int i, double g, double beta1, double beta2, double epsilon)
    {
        _first[i] = (beta1 * _first[i]) + ((1 - beta1) * g);
        _second[i] = (beta2 * _second[i]) + ((1 - beta2) * g * g);
        var m = _first[i] / (1 - Math.Pow(beta1, _t));
        var v = _second[i] / (1 - Math.Pow(beta2, _t));
        X[i] -= LearningRate * m / (Math.Sqrt(v) + epsilon);
    }

    private void AdaBelief(AdaBeliefOptions belief, int i, double g)
    {
        var (b1, b2) = (belief.Beta1, belief.Beta2);
        X[i] *= 1 - (LearningRate * belief.WeightDecay);
        _first[i] = (b1 * _first[i]) + ((1 - b1) * g);
        _second[i] = (b2 * _second[i]) + ((1 - b2) * (g - _first[i]) * (g - _first[i])) + belief.Epsilon;
        var m = _first[i] / (1 - Math.Pow(b1, _t));
        if (!belief.Rectify)
        {
            X[i] -= LearningRate * m / (Math.Sqrt(_second[i] / (1 - Math.Pow(b2, _t))) + belief.Epsilon);
            return;
        }

        var nMax = (2 / (1 - b2)) - 1;
        var n = nMax - (2 * _t * Math.Pow(b2, _t) / (1 - Math.Pow(b2, _t)));
        if (n < 5)
        {
            X[i] -= LearningRate * m;
            return;
        }

        var r = Math.Sqrt((1 - Math.Pow(b2, _t)) * (n - 4) / (nMax - 4) * (n - 2) / n * nMax / (nMax - 2));
        X[i] -= LearningRate * r * m / (Math.Sqrt(_second[i]) + belief.Epsilon);
    }

    private void Lion(LionOptions lion, int i, double g)
    {
        X[i] *= 1 - (LearningRate * lion.WeightDecay);
        X[i] -= LearningRate * Math.Sign((lion.Beta1 * _first[i]) + ((1 - lion.Beta1) * g));
        _first[i] = (lion.Beta2 * _first[i]) + ((1 - lion.Beta2) * g);
    }

    private void AdaHessian(AdaHessianOptions second, int i, double g)
    {
        _first[i] = (second.Beta1 * _first[i]) + ((1 - second.Beta1) * g);
        _second[i] = (second.Beta2 * _second[i]) + ((1 - second.Beta2) * _curvature[i] * _curvature[i]);
        var m = _first[i] / (1 - Math.Pow(second.Beta1, _t));
        var root = Math.Sqrt(_second[i]) / Math.Sqrt(1 - Math.Pow(second.Beta2, _t));
        X[i] -= LearningRate * ((m / (Math.Pow(root, second.HessianPower) + second.Epsilon)) + (second.WeightDecay * X[i]));
    }

    /// <summary><see cref="_first"/> is x̂, <see cref="_second"/> the hint, <see cref="_sum"/> V.</summary>
    private void Optimistic(OptimisticMirrorDescentOptions optimistic, double[] g)
    {
        if (_t == 1)
        {
            _center = [.. X];
            X.CopyTo(_first, 0);
        }

        var norm = Length(g);
        var bounded = g.Select(value => value * Math.Min(1, optimistic.GradientBound / norm)).ToArray();
        var eta = StepSize();
        Project(i => _first[i] - (eta * bounded[i]), _first);
        Each(i => _sum += (bounded[i] - _second[i]) * (bounded[i] - _second[i]));
        bounded.CopyTo(_second, 0);
        eta = StepSize();
        Project(i => _first[i] - (eta * _second[i]), X);

        double StepSize() => LearningRate * 2 * optimistic.Radius
            / Math.Sqrt(optimistic.Delta + (4 * optimistic.GradientBound * optimistic.GradientBound) + _sum);

        void Project(Func<int, double> point, double[] into)
        {
            var away = X.Select((_, i) => point(i) - _center[i]).ToArray();
            var factor = Math.Min(1, optimistic.Radius / Length(away));
            Each(i => into[i] = _center[i] + (factor * away[i]));
        }
    }

    private static double Length(double[] values) => Math.Sqrt(values.Sum(value => value * value));
}

using static StreamLearn.Simulation.Networks.OptionRange;

namespace StreamLearn.Simulation.Control;

/// <summary>
/// How well a number keeps within bounds: 1 inside, falling to <c>valueAtMargin</c> at a margin outside, and on; 0 outside if there is no
/// margin.
/// </summary>
/// <remarks>
/// The reward shapes of the DeepMind Control suite (Tassa et al. 2018, section 2). With d = distance to the nearer bound / margin and v the
/// value at the margin: gaussian exp(ln(v) d²); hyperbolic 1 / cosh(d acosh(1/v)); long tail 1 / (1 + d² (1/v - 1)); reciprocal
/// 1 / (1 + d (1/v - 1)); cosine (1 + cos(d acos(2v - 1))) / 2; linear 1 - d (1 - v); quadratic 1 - d² (1 - v); tanh squared
/// 1 - tanh²(d atanh √(1 - v)). Cosine, linear and quadratic are 0 from where they reach it.
/// </remarks>
public readonly struct Tolerance
{
    /// <summary>The value at the margin unless told otherwise.</summary>
    public const double DefaultValueAtMargin = 0.1;

    private readonly double _lower;
    private readonly double _upper;
    private readonly double _margin;
    private readonly ToleranceShape _shape;

    /// <summary>What the scaled distance is multiplied by before the shape is applied.</summary>
    private readonly double _scale;

    /// <param name="lower">The lower bound, inside; may be infinite.</param>
    /// <param name="upper">The upper bound, inside; may be infinite.</param>
    /// <param name="margin">How far outside the value at the margin is reached, from 0 up; 0 is a sharp edge.</param>
    /// <param name="shape">How it falls.</param>
    /// <param name="valueAtMargin">Above 0 (cosine, linear and quadratic: from 0 on) and below 1; not looked at without a margin.</param>
    /// <exception cref="ArgumentException">A number is out of its range; the message names it.</exception>
    public Tolerance(
        double lower, double upper, double margin = 0, ToleranceShape shape = ToleranceShape.Gaussian, double valueAtMargin = DefaultValueAtMargin)
    {
        Require(upper >= lower, nameof(upper), FormattableString.Invariant($"{lower}, the lower bound, or more"), upper);
        Require(margin is >= 0 and < double.PositiveInfinity, nameof(margin), "finite, from 0 up", margin);
        (_lower, _upper, _margin, _shape) = (lower, upper, margin, shape);
        if (margin == 0)
            return;
        if (shape is ToleranceShape.Cosine or ToleranceShape.Linear or ToleranceShape.Quadratic)
            Require(valueAtMargin is >= 0 and < 1, nameof(valueAtMargin), "from 0 to below 1", valueAtMargin);
        else
            Require(valueAtMargin is > 0 and < 1, nameof(valueAtMargin), "above 0 and below 1", valueAtMargin);
        _scale = shape switch
        {
            ToleranceShape.Gaussian => Math.Sqrt(-Math.Log(valueAtMargin)),
            ToleranceShape.Hyperbolic => Math.Acosh(1 / valueAtMargin),
            ToleranceShape.LongTail => Math.Sqrt(1 / valueAtMargin - 1),
            ToleranceShape.Reciprocal => 1 / valueAtMargin - 1,
            ToleranceShape.Cosine => Math.Acos(2 * valueAtMargin - 1),
            ToleranceShape.Linear => 1 - valueAtMargin,
            ToleranceShape.Quadratic => Math.Sqrt(1 - valueAtMargin),
            ToleranceShape.TanhSquared => Math.Atanh(Math.Sqrt(1 - valueAtMargin)),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "Expected one of the shapes."),
        };
    }

    /// <summary>From 0 to 1; NaN gives NaN where there is a margin, else 0.</summary>
    public double Of(double value)
    {
        if (value >= _lower && value <= _upper)
            return 1;
        if (_margin == 0)
            return 0;
        var distance = (value < _lower ? _lower - value : value - _upper) / _margin * _scale;
        return _shape switch
        {
            ToleranceShape.Gaussian => Math.Exp(-distance * distance),
            ToleranceShape.Hyperbolic => 1 / Math.Cosh(distance),
            ToleranceShape.LongTail => 1 / (1 + distance * distance),
            ToleranceShape.Reciprocal => 1 / (1 + distance),
            ToleranceShape.Cosine => distance < Math.PI ? (1 + Math.Cos(distance)) / 2 : 0,
            ToleranceShape.Linear => Math.Max(0, 1 - distance),
            ToleranceShape.Quadratic => Math.Max(0, 1 - distance * distance),
            _ => 1 - Square(Math.Tanh(distance)),
        };
    }

    private static double Square(double number) => number * number;
}

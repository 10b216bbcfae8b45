namespace StreamLearn.Simulation.Control;

/// <summary>How <see cref="Tolerance"/> falls outside its bounds.</summary>
public enum ToleranceShape
{
    /// <summary>exp(ln(v) d²).</summary>
    Gaussian,

    /// <summary>1 / cosh(d acosh(1/v)).</summary>
    Hyperbolic,

    /// <summary>1 / (1 + d² (1/v - 1)).</summary>
    LongTail,

    /// <summary>1 / (1 + d (1/v - 1)).</summary>
    Reciprocal,

    /// <summary>(1 + cos(d acos(2v - 1))) / 2, then 0.</summary>
    Cosine,

    /// <summary>1 - d (1 - v), then 0.</summary>
    Linear,

    /// <summary>1 - d² (1 - v), then 0.</summary>
    Quadratic,

    /// <summary>1 - tanh²(d atanh √(1 - v)).</summary>
    TanhSquared,
}

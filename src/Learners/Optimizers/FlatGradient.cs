using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// A gradient over a flat parameter vector, as an optimiser gets it: where it can differ from zero, and a factor that it is still to be
/// multiplied by (clipping), so that neither costs a pass of its own.
/// </summary>
public readonly ref struct FlatGradient
{
    /// <param name="values">The gradient before <paramref name="scale"/>; zero outside <paramref name="support"/>.</param>
    /// <param name="support">Ascending ranges that do not overlap, outside of which every value is zero.</param>
    /// <param name="scale">Factor that the values are to be multiplied by; finite.</param>
    /// <param name="norm">Euclidean norm of the gradient, after <paramref name="scale"/>; finite.</param>
    public FlatGradient(ReadOnlySpan<float> values, ReadOnlySpan<ParameterRange> support, float scale, double norm)
    {
        Values = values;
        Support = support;
        Scale = scale;
        Norm = norm;
    }

    /// <summary>The gradient before <see cref="Scale"/>, one number for each parameter.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Where <see cref="Values"/> can differ from zero.</summary>
    public ReadOnlySpan<ParameterRange> Support { get; }

    /// <summary>What the values are to be multiplied by.</summary>
    public float Scale { get; }

    /// <summary>Euclidean norm of the gradient, after <see cref="Scale"/>.</summary>
    public double Norm { get; }
}

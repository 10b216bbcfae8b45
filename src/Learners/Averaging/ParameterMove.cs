namespace StreamLearn.Learners.Averaging;

/// <summary>How parameters go along when what the replicas have in common moves.</summary>
public static class ParameterMove
{
    /// <summary>No parameter gets larger.</summary>
    public const float Largest = 1e15f;

    /// <summary>x ← (x - before) + after in double precision, within ±<see cref="Largest"/>: a number that was where the common was, bit for bit, is then
    /// where that is, bit for bit.</summary>
    public static void Apply(Span<float> values, ReadOnlySpan<float> before, ReadOnlySpan<float> after)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Clamp((float)(((double)values[i] - before[i]) + after[i]), -Largest, Largest);
        }
    }
}

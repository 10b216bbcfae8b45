namespace StreamLearn.Learners.Networks;

/// <summary>A stretch of a flat parameter vector.</summary>
/// <param name="Offset">Where it starts.</param>
/// <param name="Length">How many numbers it has.</param>
public readonly record struct ParameterRange(int Offset, int Length)
{
    /// <summary>The first place after it.</summary>
    public int End => Offset + Length;
}

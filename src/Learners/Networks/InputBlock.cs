namespace StreamLearn.Learners.Networks;

/// <summary>A stretch of an input row that is not zero.</summary>
/// <param name="Offset">First input of it.</param>
/// <param name="Length">How many inputs.</param>
public readonly record struct InputBlock(int Offset, int Length);

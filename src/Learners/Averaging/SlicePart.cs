namespace StreamLearn.Learners.Averaging;

/// <summary>A layer, or a piece of one, in a slice.</summary>
/// <param name="Offset">Where it starts in the slice.</param>
/// <param name="Length">How many numbers it has.</param>
/// <param name="IsExact">Whether it is always written exactly: a vector, or too small for anything else to pay.</param>
internal readonly record struct SlicePart(int Offset, int Length, bool IsExact);

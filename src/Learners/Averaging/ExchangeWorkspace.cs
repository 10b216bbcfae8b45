namespace StreamLearn.Learners.Averaging;

/// <summary>Room for the arithmetic of slices, one after the other.</summary>
/// <param name="length">Numbers of the longest slice.</param>
internal sealed class ExchangeWorkspace(int length)
{
    internal float[] From { get; } = new float[length];

    internal float[] To { get; } = new float[length];

    internal float[] Changes { get; } = new float[length];

    internal PartCodec Codec { get; } = new();
}

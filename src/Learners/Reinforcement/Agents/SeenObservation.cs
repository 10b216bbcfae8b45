namespace StreamLearn.Learners.Reinforcement.Agents;

/// <summary>What an agent sees: numbers, or a stack of pictures.</summary>
public readonly ref struct SeenObservation
{
    /// <param name="numbers">[observation].</param>
    public SeenObservation(ReadOnlySpan<float> numbers) => Numbers = numbers;

    /// <param name="pictures">[stack, picture].</param>
    public SeenObservation(ReadOnlySpan<byte> pictures) => Pictures = pictures;

    /// <summary>[observation]; empty where it is pictures.</summary>
    public ReadOnlySpan<float> Numbers { get; }

    /// <summary>[stack, picture]; empty where it is numbers.</summary>
    public ReadOnlySpan<byte> Pictures { get; }
}

namespace StreamLearn.Learners.Networks;

/// <summary>What a network's last linear outputs (logits) are turned into.</summary>
public enum Head
{
    /// <summary>The logits themselves.</summary>
    Linear,

    /// <summary>1 / (1 + e^-x) of each: probabilities that do not exclude each other.</summary>
    Sigmoid,

    /// <summary>e^x divided by its sum over the outputs: probabilities of classes. At least two outputs.</summary>
    Softmax,
}

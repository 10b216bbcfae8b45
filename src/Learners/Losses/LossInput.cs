namespace StreamLearn.Learners.Losses;

/// <summary>What a loss is a function of.</summary>
public enum LossInput
{
    /// <summary>The network's last linear outputs, before its head: the loss has the sigmoid or softmax within it.</summary>
    Logits,

    /// <summary>The network's outputs, after its head.</summary>
    Outputs,
}

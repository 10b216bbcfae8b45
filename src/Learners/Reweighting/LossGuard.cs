namespace StreamLearn.Learners.Reweighting;

/// <summary>What is done about heavy tails before losses are brought to [-1, 1], where one of them would push all others to -1. No part of the paper.</summary>
public enum LossGuard
{
    /// <summary><c>none</c>: losses are seen as they are.</summary>
    None,

    /// <summary><c>log</c>: as log(loss + 1e-6), negative ones as 0.</summary>
    Log,

    /// <summary><c>clip</c>: those above a percentile of the batch as that.</summary>
    Clip,
}

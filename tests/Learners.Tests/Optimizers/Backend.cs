namespace StreamLearn.Learners.Tests.Optimizers;

/// <summary>Where an optimiser runs.</summary>
public enum Backend
{
    Cpu,
    Torch,
}

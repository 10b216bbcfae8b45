namespace StreamLearn.Learners.Networks;

/// <summary>Which backend a network runs on, and on which device. Part of stored state: backends agree closely, not to the bit.</summary>
public enum NetworkDevice
{
    /// <summary>Our fused kernels, on one thread of the processor.</summary>
    Cpu,

    /// <summary>Torch on the processor.</summary>
    TorchCpu,

    /// <summary>Torch on an NVIDIA GPU.</summary>
    TorchCuda,
}

namespace StreamLearn.Learners.Networks;

/// <summary>Where a network is asked to run: the setting <c>device</c>.</summary>
public enum DeviceSetting
{
    /// <summary>Wherever a network of that size is expected to be fastest here.</summary>
    Auto,

    /// <summary>The fused kernels.</summary>
    Cpu,

    /// <summary>Torch on the processor.</summary>
    Torch,

    /// <summary>Torch on an NVIDIA GPU.</summary>
    Cuda,
}

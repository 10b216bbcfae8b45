using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;

namespace StreamLearn.Learners.Networks;

/// <summary>Makes networks on whichever device was chosen.</summary>
public static class NetworkFactory
{
    /// <summary>A multilayer perceptron.</summary>
    /// <param name="architecture">What it computes.</param>
    /// <param name="device">Where; see <see cref="DeviceChoice"/>.</param>
    /// <param name="maxBatch">The most rows of a forward pass.</param>
    /// <param name="seed">Of the initial parameters, which are the same on every device.</param>
    /// <param name="gpu">Which GPU, by Torch's number, where the device is one.</param>
    public static IFeedForwardNetwork Create(MlpArchitecture architecture, NetworkDevice device, int maxBatch, ulong seed, int gpu = 0) =>
        device == NetworkDevice.Cpu
            ? new CpuMlp(architecture, maxBatch, seed)
            : new TorchMlp(architecture, maxBatch, seed, device == NetworkDevice.TorchCuda, gpu);

    /// <summary>A recurrent network.</summary>
    /// <inheritdoc cref="Create(MlpArchitecture, NetworkDevice, int, ulong, int)"/>
    /// <param name="maxSteps">The most steps of a window.</param>
    public static IRecurrentNetwork Create(RecurrentArchitecture architecture, NetworkDevice device, int maxSteps, int maxBatch, ulong seed, int gpu = 0) =>
        device == NetworkDevice.Cpu
            ? new CpuRecurrentNetwork(architecture, maxSteps, maxBatch, seed)
            : new TorchRecurrentNetwork(architecture, maxSteps, maxBatch, seed, device == NetworkDevice.TorchCuda, gpu);
}

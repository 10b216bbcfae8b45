using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>Networks of one architecture on whichever backend, for tests of the contract.</summary>
public static class BothBackends
{
    /// <summary>The devices that there are everywhere.</summary>
    public static TheoryData<NetworkDevice> All() => [NetworkDevice.Cpu, NetworkDevice.TorchCpu];

    internal static IFeedForwardNetwork Mlp(NetworkDevice device, MlpArchitecture architecture, int maxBatch = 8, ulong seed = 1) =>
        device == NetworkDevice.Cpu ? new CpuMlp(architecture, maxBatch, seed) : new TorchMlp(architecture, maxBatch, seed);

    internal static IRecurrentNetwork Recurrent(
        NetworkDevice device, RecurrentArchitecture architecture, int maxSteps = 6, int maxBatch = 3, ulong seed = 1) =>
        device == NetworkDevice.Cpu
            ? new CpuRecurrentNetwork(architecture, maxSteps, maxBatch, seed)
            : new TorchRecurrentNetwork(architecture, maxSteps, maxBatch, seed);
}

using StreamLearn.Learners.Torch;

namespace StreamLearn.Learners.Networks;

/// <summary>Where a network runs, and why: what the setting <c>device</c> comes to for an architecture and a batch.</summary>
/// <param name="Device">The device.</param>
/// <param name="Reason">Why that one, in words for a log.</param>
public sealed record DeviceChoice(NetworkDevice Device, string Reason)
{
    /// <summary>
    /// Multiply-adds of a training step from which a GPU is chosen, if there is one: below, sending the numbers costs more than they save.
    /// A guess: there is no GPU where this is built.
    /// </summary>
    internal const long CudaFrom = 20_000_000;

    /// <summary>Decides. Torch is loaded only where it may be the answer.</summary>
    /// <param name="setting">What is asked for.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="rows">Rows of a usual training step: samples, or steps times samples.</param>
    /// <exception cref="NotSupportedException">A device is asked for that there is not; the message says why and what to do.</exception>
    public static DeviceChoice For(DeviceSetting setting, NetworkArchitecture architecture, int rows) =>
        For(setting, architecture, rows, TorchRuntime.Check);

    /// <summary>Where a stored network goes on.</summary>
    /// <remarks>The kernels that it was made for are part of its state: others would give other bits. With <see cref="DeviceSetting.Auto"/> Torch's device is
    /// not: machines of a cluster may differ, and what was made on a GPU goes on without one, with Torch on the processor, and back.</remarks>
    /// <param name="stored">Where it was.</param>
    /// <param name="setting">What is asked for.</param>
    /// <param name="here">What that comes to on this machine for a new network.</param>
    public static NetworkDevice ToGoOn(NetworkDevice stored, DeviceSetting setting, NetworkDevice here) =>
        setting != DeviceSetting.Auto || stored == NetworkDevice.Cpu ? stored
        : here == NetworkDevice.TorchCuda ? NetworkDevice.TorchCuda
        : NetworkDevice.TorchCpu;

    internal static DeviceChoice For(DeviceSetting setting, NetworkArchitecture architecture, int rows, Func<TorchCheck> check)
    {
        var work = 3 * architecture.MultiplyAdds * rows;
        var size = FormattableString.Invariant($"{architecture}, {work:N0} multiply-adds a training step");
        switch (setting)
        {
            case DeviceSetting.Cpu:
                return new DeviceChoice(NetworkDevice.Cpu, $"as configured ({size})");
            case DeviceSetting.Torch:
                return check() is { Works: true }
                    ? new DeviceChoice(NetworkDevice.TorchCpu, $"as configured ({size})")
                    : throw Missing(check());
            case DeviceSetting.Cuda:
                return check() is { Works: true, CudaAvailable: true }
                    ? new DeviceChoice(NetworkDevice.TorchCuda, $"as configured ({size})")
                    : throw Missing(check());
            default:
                break;
        }

        if (work < CudaFrom)
        {
            return new DeviceChoice(NetworkDevice.Cpu, FormattableString.Invariant($"small: {size}; a GPU from {CudaFrom:N0}"));
        }

        // On one thread, which is what a learner has, the fused kernels were faster than Torch at every size tried (bench -- networks).
        return check() is { Works: true, CudaAvailable: true }
            ? new DeviceChoice(NetworkDevice.TorchCuda, FormattableString.Invariant($"large: {size}; a GPU from {CudaFrom:N0}"))
            : new DeviceChoice(NetworkDevice.Cpu, $"large, but there is no GPU: {size}");
    }

    /// <summary>E.g. <c>torch-cpu: as configured (...)</c>.</summary>
    public override string ToString()
    {
        var name = Device switch
        {
            NetworkDevice.Cpu => "cpu",
            NetworkDevice.TorchCpu => "torch-cpu",
            _ => "torch-cuda",
        };
        return $"{name}: {Reason}";
    }

    private static NotSupportedException Missing(TorchCheck check) =>
        new(check.Works ? "There is no usable GPU: " + (check.Problem ?? "this is the CPU build of Torch.") : $"{check.Problem} {check.Advice}");
}

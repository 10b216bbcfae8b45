using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Torch;

namespace StreamLearn.Learners.Tests.Networks;

public sealed class DeviceChoiceTests
{
    private static readonly TorchCheck Broken = new(false, "", "none", false, 0, "Torch is not there.", "Build again.");
    private static readonly TorchCheck OnCpu = new(true, "", "cpu", false, 1, null, null);
    private static readonly TorchCheck OnGpu = new(true, "", "cuda:0", true, 1, null, null);

    private static readonly MlpArchitecture SmallNetwork = new(32, [64, 64], 1);
    private static readonly MlpArchitecture LargeNetwork = new(1024, [1024, 1024], 8);

    public static TheoryData<DeviceSetting, bool, int, string, NetworkDevice, string> Cases() => new()
    {
        { DeviceSetting.Auto, false, 1, "gpu", NetworkDevice.Cpu, "small" },
        { DeviceSetting.Auto, true, 2, "gpu", NetworkDevice.Cpu, "small" },
        { DeviceSetting.Auto, true, 32, "gpu", NetworkDevice.TorchCuda, "large" },
        { DeviceSetting.Auto, true, 32, "cpu", NetworkDevice.Cpu, "no GPU" },
        { DeviceSetting.Auto, true, 4096, "broken", NetworkDevice.Cpu, "no GPU" },
        { DeviceSetting.Cpu, true, 4096, "gpu", NetworkDevice.Cpu, "as configured" },
        { DeviceSetting.Torch, false, 1, "gpu", NetworkDevice.TorchCpu, "as configured" },
        { DeviceSetting.Cuda, false, 1, "gpu", NetworkDevice.TorchCuda, "as configured" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Given_a_setting_and_a_size_When_the_device_is_chosen_Then_it_is_the_expected_one_and_the_reason_says_why(
        DeviceSetting setting, bool large, int rows, string machine, NetworkDevice expected, string reason)
    {
        var choice = DeviceChoice.For(setting, large ? LargeNetwork : SmallNetwork, rows, () => Check(machine));

        Assert.Equal(expected, choice.Device);
        Assert.Contains(reason, choice.Reason, StringComparison.Ordinal);
        Assert.Contains(large ? "mlp 1024-1024-1024-8" : "mlp 32-64-64-1", choice.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NetworkDevice.Cpu, DeviceSetting.Auto, NetworkDevice.TorchCuda, NetworkDevice.Cpu)]
    [InlineData(NetworkDevice.TorchCuda, DeviceSetting.Auto, NetworkDevice.TorchCuda, NetworkDevice.TorchCuda)]
    [InlineData(NetworkDevice.TorchCuda, DeviceSetting.Auto, NetworkDevice.Cpu, NetworkDevice.TorchCpu)]
    [InlineData(NetworkDevice.TorchCpu, DeviceSetting.Auto, NetworkDevice.TorchCuda, NetworkDevice.TorchCuda)]
    [InlineData(NetworkDevice.TorchCpu, DeviceSetting.Auto, NetworkDevice.Cpu, NetworkDevice.TorchCpu)]
    [InlineData(NetworkDevice.TorchCuda, DeviceSetting.Cpu, NetworkDevice.Cpu, NetworkDevice.TorchCuda)]
    [InlineData(NetworkDevice.TorchCuda, DeviceSetting.Cuda, NetworkDevice.TorchCuda, NetworkDevice.TorchCuda)]
    [InlineData(NetworkDevice.TorchCpu, DeviceSetting.Cuda, NetworkDevice.TorchCuda, NetworkDevice.TorchCpu)]
    public void Given_a_stored_network_When_it_goes_on_Then_its_kernels_stay_and_with_auto_torch_has_the_device_of_the_machine(
        NetworkDevice stored, DeviceSetting setting, NetworkDevice here, NetworkDevice expected) =>
        Assert.Equal(expected, DeviceChoice.ToGoOn(stored, setting, here));

    [Fact]
    public void Given_a_small_network_When_the_device_is_chosen_Then_torch_is_not_even_loaded()
    {
        var choice = DeviceChoice.For(DeviceSetting.Auto, SmallNetwork, 1, () => throw new InvalidOperationException("Torch was asked."));

        Assert.StartsWith("cpu: ", choice.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DeviceSetting.Torch, "broken", "Torch is not there. Build again.")]
    [InlineData(DeviceSetting.Cuda, "broken", "Torch is not there. Build again.")]
    [InlineData(DeviceSetting.Cuda, "cpu", "There is no usable GPU: this is the CPU build of Torch.")]
    public void Given_a_device_that_is_not_there_When_it_is_asked_for_Then_the_refusal_says_why(
        DeviceSetting setting, string machine, string message) =>
        Assert.Equal(
            message,
            Assert.Throws<NotSupportedException>(() => DeviceChoice.For(setting, SmallNetwork, 1, () => Check(machine))).Message);

    private static TorchCheck Check(string machine) => machine switch { "gpu" => OnGpu, "cpu" => OnCpu, _ => Broken };
}

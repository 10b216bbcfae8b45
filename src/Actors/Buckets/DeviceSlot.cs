using System.Globalization;

namespace StreamLearn.Actors.Buckets;

/// <summary>A GPU of a node, with one thread that alone gives it work.</summary>
/// <param name="Gpu">Torch's number of it.</param>
public readonly record struct DeviceSlot(int Gpu)
{
    /// <summary>The dispatcher of its thread.</summary>
    public string Dispatcher => "streamlearn.device-dispatcher-" + Gpu.ToString(CultureInfo.InvariantCulture);
}

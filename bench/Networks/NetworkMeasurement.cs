namespace StreamLearn.Bench.Networks;

/// <summary>What a network's steps took on both sides, in the same rounds.</summary>
/// <param name="Name">Of the row.</param>
/// <param name="Network">Which network.</param>
/// <param name="Batch">Samples of a step.</param>
/// <param name="Pass"><c>train</c> or <c>forward</c>.</param>
/// <param name="MultiplyAdds">Of one step; null: they are not counted.</param>
/// <param name="Ours">The fused kernels.</param>
/// <param name="Torch">TorchSharp eager on one thread.</param>
/// <param name="TorchDefault">The same on as many threads as Torch takes by itself; null: not measured.</param>
internal sealed record NetworkMeasurement(
    string Name, NetworkCase Network, int Batch, string Pass, long? MultiplyAdds, StepTimes Ours, StepTimes Torch, StepTimes? TorchDefault)
{
    /// <summary>How many times as long Torch takes.</summary>
    internal double Ratio => Torch.Median / Ours.Median;

    /// <summary>Nanoseconds for each multiply-add.</summary>
    internal double? NanosecondsEach => 1000 * Ours.Median / MultiplyAdds;

    /// <summary>Of a machine that does <paramref name="peak"/> multiply-adds per nanosecond, the part that is used.</summary>
    internal double? ShareOf(double peak) => 1 / (NanosecondsEach * peak);
}

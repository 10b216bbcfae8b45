using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Bandits.OffPolicy;

namespace StreamLearn.Learners.Tests.Bandits.OffPolicy;

/// <summary>Estimators as the tests store them and look at them.</summary>
internal static class EstimatorUnderTest
{
    internal static byte[] Save(this OffPolicyEstimator estimator)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        estimator.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal static OffPolicyEstimator Load(this OffPolicyEstimator estimator, byte[] state)
    {
        var reader = new MessagePackReader(state);
        estimator.Load(ref reader);
        return estimator;
    }

    internal static OffPolicyEstimate[] Estimates(this OffPolicyEstimator estimator) =>
        [estimator.Ips, estimator.Snips, estimator.DirectMethod, estimator.DoublyRobust];

    /// <summary>Every number that comes out is finite, or NaN because there is too little data, and in its range.</summary>
    internal static void AssertSound(this OffPolicyEstimator estimator)
    {
        var (count, sampleSize) = (estimator.Count, estimator.EffectiveSampleSize);
        Assert.InRange(sampleSize, 0, 1.000001 * count);
        Assert.InRange(estimator.EffectiveCount, Math.Min(count, 1), count * 1.000001);
        Assert.InRange(estimator.MaxWeight, 0, OffPolicyEstimator.LargestWeight);
        Assert.InRange(estimator.Clipped, 0, count);
        Assert.True(count > 0 ? estimator.MeanWeight >= 0 && double.IsFinite(estimator.MeanWeight) : double.IsNaN(estimator.MeanWeight));
        AssertSound(estimator.Ips, count > 0, sampleSize >= 2);
        AssertSound(estimator.Snips, sampleSize > 0, sampleSize >= 2);
        AssertSound(estimator.DirectMethod, count > 0, count >= 2);
        AssertSound(estimator.DoublyRobust, count > 0, sampleSize >= 2);
    }

    private static void AssertSound(OffPolicyEstimate estimate, bool hasValue, bool hasError)
    {
        Assert.False(double.IsInfinity(estimate.Value) || (hasValue && double.IsNaN(estimate.Value)), $"{estimate}");
        if (double.IsNaN(estimate.StandardError))
        {
            Assert.False(hasError, $"{estimate}");
            Assert.True(double.IsNaN(estimate.Low) && double.IsNaN(estimate.High), $"{estimate}");
            return;
        }

        Assert.True(double.IsFinite(estimate.StandardError) && estimate.StandardError >= 0, $"{estimate}");
        Assert.True(double.IsFinite(estimate.Low) && double.IsFinite(estimate.High), $"{estimate}");
        Assert.True(estimate.Low <= estimate.Value && estimate.Value <= estimate.High, $"{estimate}");
    }
}

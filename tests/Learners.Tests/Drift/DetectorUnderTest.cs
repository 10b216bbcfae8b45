using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Drift;

/// <summary>Detectors as the tests make and drive them.</summary>
internal static class DetectorUnderTest
{
    /// <summary>One of the catalogue; settings as <c>name=value</c>.</summary>
    internal static IDriftDetector Create(string kind, ulong seed = 1, params string[] settings) =>
        DriftDetectorCatalog.Find(kind)!.Detector(
            new OptionSet("detector", settings.Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], pair => pair[1])), seed);

    internal static byte[] Save(this IDriftDetector detector)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        detector.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal static IDriftDetector Load(this IDriftDetector detector, byte[] state)
    {
        var reader = new MessagePackReader(state);
        detector.Load(ref reader);
        return detector;
    }

    /// <summary>The indices of the values at which there was an alarm.</summary>
    internal static int[] Alarms(this IDriftDetector detector, IEnumerable<double> values) =>
        [.. values.Select((value, at) => (Alarm: detector.Add(value), At: at)).Where(added => added.Alarm).Select(added => added.At)];

    /// <summary>The numbers of a state, without that of the generator for which NaN means none.</summary>
    internal static IEnumerable<double> Numbers(this IDriftDetector detector, string kind) =>
        StoredState.Numbers(detector.Save()).SkipLast(kind == "kswin" ? 1 : 0);

    /// <summary>Normal values that get three standard deviations larger, and back, every 400 values.</summary>
    internal static double[] Steps(int count, ulong seed = 3)
    {
        var random = new Xoshiro256(seed);
        return [.. Enumerable.Range(0, count).Select(at => random.NextGaussian() + (at / 400 % 2 * 3))];
    }
}

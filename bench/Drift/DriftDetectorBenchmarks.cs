using BenchmarkDotNet.Attributes;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Options;

namespace StreamLearn.Bench.Drift;

/// <summary>What a value costs each drift detector, on a stream that does not change.</summary>
public class DriftDetectorBenchmarks
{
    private readonly double[] _values = [.. DriftStreams.Stationary(1).Values];
    private IDriftDetector _detector = null!;

    /// <summary>The detector, with its defaults.</summary>
    [ParamsSource(nameof(Kinds))]
    public string Kind { get; set; } = "";

    /// <summary>All of the catalogue.</summary>
    public static IEnumerable<string> Kinds => DriftDetectorCatalog.All.Select(detector => detector.Kind);

    [GlobalSetup]
    public void Create() => _detector = DriftDetectorCatalog.Find(Kind)!.Detector(OptionSet.Defaults, 1);

    [Benchmark(OperationsPerInvoke = DriftStreams.StationaryLength)]
    public int Add()
    {
        var alarms = 0;
        foreach (var value in _values)
        {
            alarms += _detector.Add(value) ? 1 : 0;
        }

        return alarms;
    }
}

using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Drift;

/// <summary>The rows of the suite: every detector of the catalogue, and each with every <see cref="HardSeries"/>.</summary>
public static class DetectorRows
{
    public static TheoryData<string> All() => [.. DriftDetectorCatalog.All.Select(detector => detector.Kind)];

    public static TheoryData<string, string> AllWithHardSeries()
    {
        var rows = new TheoryData<string, string>();
        foreach (var detector in DriftDetectorCatalog.All)
        {
            foreach (var series in HardSeries.All.Keys)
            {
                rows.Add(detector.Kind, series);
            }
        }

        return rows;
    }
}

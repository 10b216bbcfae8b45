using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests.Drift;

public sealed class DriftReportTests
{
    [Fact]
    public void Dump()
    {
        File.WriteAllText("/tmp/drift-report.md", DriftReport.Markdown(DriftReport.Measure(DriftReport.Seeds(20))));
    }
}

using System.Reflection;
using Xunit.Sdk;

namespace StreamLearn.Streams.Tests.Influx.Servers;

/// <summary>Runs a theory with VictoriaMetrics; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VictoriaMetricsAttribute : DataAttribute
{
    public VictoriaMetricsAttribute() => Skip = VictoriaMetricsServer.NotInstalled;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [["victoria-metrics"]];
}

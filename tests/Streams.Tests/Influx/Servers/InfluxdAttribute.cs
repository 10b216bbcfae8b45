using System.Reflection;
using Xunit.Sdk;

namespace StreamLearn.Streams.Tests.Influx.Servers;

/// <summary>Runs a theory with InfluxDB 1.x; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InfluxdAttribute : DataAttribute
{
    public InfluxdAttribute() => Skip = InfluxdServer.NotInstalled;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [["influxd"]];
}

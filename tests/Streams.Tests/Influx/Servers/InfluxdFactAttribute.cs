namespace StreamLearn.Streams.Tests.Influx.Servers;

/// <summary>A test with InfluxDB 1.x; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InfluxdFactAttribute : FactAttribute
{
    public InfluxdFactAttribute() => Skip = InfluxdServer.NotInstalled;
}

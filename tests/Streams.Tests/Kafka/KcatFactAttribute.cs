namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>A test that needs kcat, a Kafka client that is not ours; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KcatFactAttribute : FactAttribute
{
    public KcatFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var name = OperatingSystem.IsWindows() ? "kcat.exe" : "kcat";
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, name))))
        {
            Skip = "kcat is not installed: apt-get install kcat";
        }
    }
}

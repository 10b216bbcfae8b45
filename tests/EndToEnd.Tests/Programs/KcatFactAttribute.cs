namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>A test with Debian's Kafka client <c>kcat</c>.</summary>
public sealed class KcatFactAttribute : FactAttribute
{
    public KcatFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "kcat"))))
        {
            Skip = "kcat is not installed (Debian: apt-get install kcat).";
        }
    }
}

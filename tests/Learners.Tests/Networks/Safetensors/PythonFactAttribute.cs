namespace StreamLearn.Learners.Tests.Networks.Safetensors;

/// <summary>A test that needs Python, to read and write the format without us; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var name = OperatingSystem.IsWindows() ? "python3.exe" : "python3";
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, name))))
        {
            Skip = "python3 is not installed: apt-get install python3";
        }
    }
}

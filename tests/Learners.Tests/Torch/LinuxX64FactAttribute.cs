using System.Runtime.InteropServices;

namespace StreamLearn.Learners.Tests.Torch;

/// <summary>A fact about files that only exist in builds for Linux on x86-64.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxX64FactAttribute : FactAttribute
{
    public LinuxX64FactAttribute()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Skip = $"Only Linux on x86-64 has the patched library; this is {RuntimeInformation.RuntimeIdentifier}.";
        }
    }
}

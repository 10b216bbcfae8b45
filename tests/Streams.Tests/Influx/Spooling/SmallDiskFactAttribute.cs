namespace StreamLearn.Streams.Tests.Influx.Spooling;

/// <summary>A test that needs a disk that it can fill; skipped where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.IsPossible ? null : "No file system can be mounted here: that takes root.";
}

using FsCheck.Xunit;

namespace StreamLearn.Actors.Tests.Checkpoints.Worlds;

/// <summary>A property of the store on PostgreSQL; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresPropertyAttribute : PropertyAttribute
{
    public PostgresPropertyAttribute() => Skip = PostgresServer.NotInstalled;
}

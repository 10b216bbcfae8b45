namespace StreamLearn.Actors.Tests.Checkpoints.Worlds;

/// <summary>A test with PostgreSQL; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.NotInstalled;
}

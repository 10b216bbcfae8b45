using System.Reflection;
using StreamLearn.Actors.Checkpoints;
using Xunit.Sdk;

namespace StreamLearn.Actors.Tests.Checkpoints.Worlds;

/// <summary>Runs a theory about stores with PostgreSQL; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresAttribute : DataAttribute
{
    public PostgresAttribute() => Skip = PostgresServer.NotInstalled;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[CheckpointStoreKind.Postgresql]];
}

using System.Reflection;
using StreamLearn.Actors.Checkpoints;
using Xunit.Sdk;

namespace StreamLearn.Actors.Tests.Checkpoints.Worlds;

/// <summary>Runs a theory about stores with SQLite.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SqliteAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[CheckpointStoreKind.Sqlite]];
}

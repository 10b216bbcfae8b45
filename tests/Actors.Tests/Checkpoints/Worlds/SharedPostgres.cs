namespace StreamLearn.Actors.Tests.Checkpoints.Worlds;

/// <summary>The tests that share a server.</summary>
[CollectionDefinition(Name)]
public sealed class SharedPostgres : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}

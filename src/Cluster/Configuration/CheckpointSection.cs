using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Checkpoints.Postgres;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads the block <c>checkpoint</c>. The store's password comes from the environment and from nowhere else.</summary>
internal static class CheckpointSection
{
    private const string Example = "e.g. Host=localhost;Database=streamlearn;Username=streamlearn";

    internal static CheckpointSettings Read(ConfigNode checkpoint) => new(
        checkpoint.Duration("every", TimeSpan.FromMilliseconds(100)),
        checkpoint.Whole("every-records", 0, long.MaxValue),
        Store(checkpoint.Child("store")));

    private static CheckpointStoreOptions Store(ConfigNode store)
    {
        var kind = store.Choice("kind", "sqlite", "postgresql") == "sqlite" ? CheckpointStoreKind.Sqlite : CheckpointStoreKind.Postgresql;
        var variable = store.Text("password-env");
        return new CheckpointStoreOptions
        {
            Kind = kind,
            Path = store.Text("path") is { Length: > 0 } path ? path : throw store.Fail("path", "empty", "the name of a file"),
            Connection = Connection(store, kind),
            PasswordVariable = variable,
            Password = kind == CheckpointStoreKind.Postgresql && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } password
                ? password
                : null,
        };
    }

    private static string Connection(ConfigNode store, CheckpointStoreKind kind)
    {
        var connection = store.Text("connection");
        try
        {
            if (kind == CheckpointStoreKind.Postgresql && !PostgresConnection.HasHost(connection))
            {
                throw store.Fail("connection", "without a Host", Example);
            }

            return PostgresConnection.HasSecret(connection)
                ? throw store.Fail(
                    "connection", "a connection with a password", "one without, and password-env = the name of an environment variable")
                : connection;
        }
        catch (CheckpointStoreException)
        {
            // Without what is there: a password may be in it.
            throw store.Fail("connection", "no connection", Example);
        }
    }
}

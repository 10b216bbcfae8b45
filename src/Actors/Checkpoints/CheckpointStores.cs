using StreamLearn.Actors.Checkpoints.Postgres;
using StreamLearn.Actors.Checkpoints.Sqlite;

namespace StreamLearn.Actors.Checkpoints;

/// <summary>Opens checkpoint stores.</summary>
public static class CheckpointStores
{
    /// <summary>Opens the store, and makes its tables where they are missing.</summary>
    /// <exception cref="CheckpointStoreException">It cannot be opened or reached, or its schema is newer than this program.</exception>
    public static async Task<ICheckpointStore> OpenAsync(CheckpointStoreOptions options, CancellationToken cancellation = default) =>
        options.Kind switch
        {
            CheckpointStoreKind.Sqlite => await SqliteCheckpointStore.OpenAsync(options.Path, cancellation),
            _ => await PostgresCheckpointStore.OpenAsync(options, cancellation),
        };
}

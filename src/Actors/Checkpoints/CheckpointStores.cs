using StreamLearn.Actors.Checkpoints.Postgres;
using StreamLearn.Actors.Checkpoints.Sqlite;

namespace StreamLearn.Actors.Checkpoints;

/// <summary>Opens checkpoint stores.</summary>
public static class CheckpointStores
{
    /// <summary>Opens the store, and makes its tables where they are missing.</summary>
    /// <exception cref="CheckpointStoreException">It cannot be opened or reached, is another program's file, or its schema is newer than
    /// this program or damaged.</exception>
    public static async Task<ICheckpointStore> OpenAsync(CheckpointStoreOptions options, CancellationToken cancellation = default) =>
        options.Kind switch
        {
            CheckpointStoreKind.Sqlite => await SqliteCheckpointStore.OpenAsync(options.Path, cancellation),
            _ => await PostgresCheckpointStore.OpenAsync(options, cancellation),
        };

    /// <summary>Opens the store to look into it. Makes and changes nothing, and needs no right to write.</summary>
    /// <exception cref="CheckpointStoreException">It cannot be opened or reached, is none of ours, or has another schema.</exception>
    public static async Task<ICheckpointReader> OpenReaderAsync(CheckpointStoreOptions options, CancellationToken cancellation = default) =>
        options.Kind switch
        {
            CheckpointStoreKind.Sqlite => await SqliteCheckpointReader.OpenAsync(options.Path, cancellation),
            _ => await PostgresCheckpointReader.OpenAsync(options, cancellation),
        };
}

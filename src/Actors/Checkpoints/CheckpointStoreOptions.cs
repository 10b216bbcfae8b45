namespace StreamLearn.Actors.Checkpoints;

/// <summary>Where the checkpoint store is.</summary>
public sealed record CheckpointStoreOptions
{
    /// <summary>What kind of database it is.</summary>
    public CheckpointStoreKind Kind { get; init; } = CheckpointStoreKind.Sqlite;

    /// <summary>With <see cref="CheckpointStoreKind.Sqlite"/>: the file. It and its directory are made where they are missing.</summary>
    public string Path { get; init; } = "data/checkpoints.db";

    /// <summary>With <see cref="CheckpointStoreKind.Postgresql"/>: Npgsql's connection string, without the password.</summary>
    public string Connection { get; init; } = "Host=localhost;Database=streamlearn;Username=streamlearn";

    /// <summary>The password; null: none.</summary>
    public string? Password { get; init; }

    /// <summary>The environment variable that the password came from: errors name it.</summary>
    public string PasswordVariable { get; init; } = "STREAMLEARN_STORE_PASSWORD";

    /// <summary>Without the password.</summary>
    public override string ToString() => Kind == CheckpointStoreKind.Sqlite ? $"SQLite {Path}" : $"PostgreSQL {Connection}";
}

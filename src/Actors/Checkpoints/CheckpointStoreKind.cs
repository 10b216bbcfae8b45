namespace StreamLearn.Actors.Checkpoints;

/// <summary>What database the checkpoints are in.</summary>
public enum CheckpointStoreKind
{
    /// <summary>A file on this machine: for the processes of one machine.</summary>
    Sqlite,

    /// <summary>A server: for a cluster.</summary>
    Postgresql,
}

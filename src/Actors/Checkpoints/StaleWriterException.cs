namespace StreamLearn.Actors.Checkpoints;

/// <summary>Somebody else has taken over what was to be written; nothing was.</summary>
public sealed class StaleWriterException(string message) : CheckpointStoreException(message);

namespace StreamLearn.Actors.Checkpoints;

/// <summary>The checkpoint store cannot be reached, opened, read or written. The message says what to do, and holds no secret.</summary>
public class CheckpointStoreException(string message, Exception? inner = null) : Exception(message, inner);

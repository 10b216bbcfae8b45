namespace StreamLearn.Actors.Checkpoints;

/// <summary>What is stored of a bucket is damaged or incomplete: whoever has it must take it again, and goes on from what is not.</summary>
public sealed class DamagedStateException(string message) : CheckpointStoreException(message);

namespace StreamLearn.Actors.Control;

/// <summary>Asks an ingest of a node for a checkpoint now. Never leaves the node.</summary>
/// <param name="Limit">How long it may take.</param>
public sealed record MakeCheckpoint(TimeSpan Limit);

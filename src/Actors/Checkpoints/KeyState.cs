namespace StreamLearn.Actors.Checkpoints;

/// <summary>The state of one key's learners.</summary>
/// <param name="Key">The key, UTF-8.</param>
/// <param name="State">Its state; null: the key is forgotten.</param>
public readonly record struct KeyState(byte[] Key, byte[]? State);

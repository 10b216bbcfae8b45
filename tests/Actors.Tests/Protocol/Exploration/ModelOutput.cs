namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>What is put out of a batch.</summary>
/// <param name="Records">The records whose predictions are in it.</param>
/// <param name="Next">Offset up to which everything is put out with it.</param>
internal readonly record struct ModelOutput(ulong Records, long Next);

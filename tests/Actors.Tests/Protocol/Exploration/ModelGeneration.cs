namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>A stored state of a bucket.</summary>
/// <param name="LastApplied">Last offset that it covers.</param>
/// <param name="Records">The records that are applied in it.</param>
internal readonly record struct ModelGeneration(long LastApplied, ulong Records);

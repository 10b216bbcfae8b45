namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>A batch that an ingest has read and not put out.</summary>
/// <param name="First">First offset in it.</param>
/// <param name="Last">Last offset in it.</param>
/// <param name="Missing">Its chunks that have no answer.</param>
/// <param name="Predicted">Its records that have a prediction.</param>
internal readonly record struct ModelBatch(long First, long Last, int Missing, ulong Predicted);

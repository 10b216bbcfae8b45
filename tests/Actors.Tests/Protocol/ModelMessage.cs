namespace StreamLearn.Actors.Tests.Protocol;

/// <summary>A message under way in <see cref="ProtocolModel"/>.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Ingest">Which ingest it is from or for: each new owner of the partition is another one.</param>
/// <param name="Bucket">Which bucket it is for or from.</param>
/// <param name="Epoch">Epoch of the chunk.</param>
/// <param name="Previous">Of a chunk: its previous; of a rewind: the last offset applied.</param>
/// <param name="First">First offset in the chunk.</param>
/// <param name="Last">Last offset of the chunk.</param>
internal readonly record struct ModelMessage(ModelMessageKind Kind, int Ingest, int Bucket, int Epoch, long Previous, long First, long Last);

namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>A message under way in a <see cref="ProtocolModel"/>.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Ingest">Which ingest it is from or for.</param>
/// <param name="Process">In which process the bucket is.</param>
/// <param name="Bucket">Which bucket it is for or from.</param>
/// <param name="Epoch">Epoch of the ingest when it asked.</param>
/// <param name="Number">Of a chunk: its previous; of a request to persist: what is covered before; of an answer: the last offset
/// applied.</param>
/// <param name="Last">Last offset of the chunk, or what the stored state is to reach.</param>
/// <param name="Records">Of a chunk: its records; of an acknowledgement: those with predictions.</param>
/// <param name="Late">Whether it is a second time under way, and comes whenever it likes.</param>
internal readonly record struct ModelMessage(
    ModelMessageKind Kind, int Ingest, int Process, int Bucket, int Epoch, long Number, long Last, ulong Records, bool Late = false)
{
    /// <summary>Whether it goes to a bucket.</summary>
    internal bool IsRequest => Kind is ModelMessageKind.Chunk or ModelMessageKind.Persist;

    /// <summary>Who tells whom: within it messages keep their order.</summary>
    internal int Channel => (Late ? 1 << 14 : 0) + (((Ingest * 2) + Process) * 64) + (Bucket * 2) + (IsRequest ? 0 : 1);
}

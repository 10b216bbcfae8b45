namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>What a <see cref="ModelMessage"/> is.</summary>
internal enum ModelMessageKind
{
    Chunk,
    Persist,
    Ack,
    Rewind,
    Persisted,
    PersistFailed,
}

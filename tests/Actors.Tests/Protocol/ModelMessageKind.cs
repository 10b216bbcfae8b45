namespace StreamLearn.Actors.Tests.Protocol;

/// <summary>What a <see cref="ModelMessage"/> is.</summary>
internal enum ModelMessageKind
{
    Chunk,
    Ack,
    Rewind,
}

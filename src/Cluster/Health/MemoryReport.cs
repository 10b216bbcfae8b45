using StreamLearn.Actors.Buckets;

namespace StreamLearn.Cluster.Health;

/// <summary>What the learners of a node take of its memory: bytes are those of their stored states (docs/checkpoints.md).</summary>
/// <param name="Limit">Bytes that they may have, <c>node.learner-memory</c>; 0: any number.</param>
/// <param name="Used">Bytes that they have.</param>
/// <param name="ResidentKeys">Keys whose learners are in memory.</param>
/// <param name="PassiveKeys">Keys whose learners are in the checkpoint store only.</param>
/// <param name="Woken">How often learners have come back from there since the start.</param>
public sealed record MemoryReport(long Limit, long Used, long ResidentKeys, long PassiveKeys, long Woken)
{
    internal static MemoryReport Of(LearnerMemory memory) => new(memory.Limit, memory.Used, memory.ResidentKeys, memory.PassiveKeys, memory.Woken);
}

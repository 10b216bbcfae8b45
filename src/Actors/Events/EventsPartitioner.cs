using System.IO.Hashing;

namespace StreamLearn.Actors.Events;

/// <summary>
/// In which partition of the topic <c>&lt;pipeline&gt;.events</c> a key is: the upper half of the XxHash64 of its UTF-8 modulo the number
/// of partitions. The bucket of a key is chosen by the whole hash: with the same bits, a partition would have keys for some of its buckets
/// only.
/// </summary>
public static class EventsPartitioner
{
    /// <summary>The partition of a key, from 0.</summary>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitions) => (int)((XxHash64.HashToUInt64(key) >> 32) % (ulong)partitions);
}

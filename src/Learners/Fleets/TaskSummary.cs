using System.Security.Cryptography;

namespace StreamLearn.Learners.Fleets;

/// <summary>How a pipeline stands: the reports of all its keys, in the order of their bytes, whatever buckets they come from.</summary>
public abstract class TaskSummary
{
    private protected TaskSummary(IEnumerable<KeyReport> keys) =>
        Reports = [.. keys.OrderBy(report => report.Key, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)))];

    /// <summary>The keys' reports, in the order of the keys' bytes.</summary>
    public IReadOnlyList<KeyReport> Reports { get; }

    /// <summary>SHA-256 over all learners' state in key order, and which keys are frozen, in hexadecimal: the same whatever the layout of buckets.</summary>
    public string StateHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var report in Reports)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, report.Key.Length);
            hash.AppendData(length);
            hash.AppendData(report.Key);
            hash.AppendData(report.StateDigest);
            if (report.Frozen)
            {
                // No key has such a length.
                length.Fill(byte.MaxValue);
                hash.AppendData(length);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Updates of a learner that were undone, over all keys.</summary>
    public long Refused(int learner) => Reports.Sum(key => key.Refused[learner]);

    /// <summary>How often a learner returned to its last good state, over all keys.</summary>
    public long Recoveries(int learner) => Reports.Sum(key => key.Recoveries[learner]);
}

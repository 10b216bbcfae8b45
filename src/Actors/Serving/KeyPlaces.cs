using System.Collections.Concurrent;
using System.Text;
using StreamLearn.Actors.Events;
using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Serving;

/// <summary>
/// In which partitions a key may be. Where records are copied into one topic that is computed; else a producer that is not known has chosen, and whoever has
/// found a key remembers where, as far as there is room. Thread-safe.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
internal sealed class KeyPlaces(PipelineDefinition pipeline)
{
    private const int MostRemembered = 16_384;

    private readonly ConcurrentDictionary<string, int> _found = new(StringComparer.Ordinal);
    private int _turn;

    /// <summary>All partitions.</summary>
    internal IEnumerable<int> All => Enumerable.Range(0, pipeline.Partitions);

    /// <summary>The partition to ask first; null: all of them.</summary>
    internal int? FirstOf(ReadOnlySpan<byte> key) =>
        pipeline.Partitions == 1 ? 0
        : pipeline.HasReplicas ? (int)((uint)Interlocked.Increment(ref _turn) % pipeline.Partitions)
        : pipeline.CopiesRecords ? EventsPartitioner.PartitionOf(key, pipeline.Partitions)
        : _found.TryGetValue(Encoding.UTF8.GetString(key), out var partition) ? partition
        : null;

    /// <summary>Whether a key that is not in <see cref="FirstOf"/> may be elsewhere.</summary>
    internal bool MayBeElsewhere => pipeline.Partitions > 1 && (pipeline.HasReplicas || !pipeline.CopiesRecords);

    /// <summary>A key has been found; where there is no room, all that was found is forgotten, and found again.</summary>
    internal void Remember(ReadOnlySpan<byte> key, int partition)
    {
        if (pipeline.Partitions == 1 || pipeline.CopiesRecords)
        {
            return;
        }

        if (_found.Count >= MostRemembered)
        {
            _found.Clear();
        }

        _found[Encoding.UTF8.GetString(key)] = partition;
    }
}

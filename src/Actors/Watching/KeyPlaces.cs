using StreamLearn.Actors.Events;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Watching;

/// <summary>In which buckets keys of a pipeline are.</summary>
public static class KeyPlaces
{
    /// <summary>All buckets, partition after partition.</summary>
    public static IEnumerable<BucketId> All(PipelineDefinition pipeline) =>
        from partition in Enumerable.Range(0, pipeline.Partitions)
        from bucket in Enumerable.Range(0, pipeline.Buckets)
        select new BucketId(partition, bucket);

    /// <summary>The bucket of a key in a partition.</summary>
    public static BucketId In(PipelineDefinition pipeline, int partition, ReadOnlySpan<byte> key) =>
        new(partition, BucketChunker.BucketOf(key, pipeline.Buckets));

    /// <summary>The buckets that a key may be in. One, where this project chooses the partition; else one in each partition, for whoever writes the topic has
    /// chosen.</summary>
    public static IReadOnlyList<BucketId> Of(PipelineDefinition pipeline, byte[] key) =>
        pipeline.CopiesRecords && !pipeline.HasReplicas
            ? [In(pipeline, EventsPartitioner.PartitionOf(key, pipeline.Partitions), key)]
            : [.. Enumerable.Range(0, pipeline.Partitions).Select(partition => In(pipeline, partition, key))];
}

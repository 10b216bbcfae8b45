using StreamLearn.Actors.Checkpoints;

namespace StreamLearn.Actors.Pipelines;

/// <summary>Puts learners that were made anew in the place of all that is stored of a pipeline.</summary>
public static class RebuiltPipeline
{
    /// <summary>Replaces what is stored. Whoever runs the pipeline is fenced.</summary>
    /// <remarks>
    /// Not one transaction, but in an order in which a process that is killed between any two writes leaves something from which
    /// <c>run</c> ends right. First nothing is stored: for as long as two small writes take, <c>run</c> would begin at the start that is
    /// configured. Then the settings and, for each partition, a cursor at the beginning: <c>run</c> would learn everything from there on.
    /// Then buckets, which drop what they have already applied; and last the cursors at the end, which only say that all of it need not
    /// be read again.
    /// </remarks>
    /// <exception cref="CheckpointStoreException">The store does not answer, or a node has taken the pipeline meanwhile.</exception>
    public static async Task StoreAsync(
        PipelineDefinition pipeline, ICheckpointStore store, IReadOnlyList<RebuiltPartition> partitions, TimeProvider time,
        CancellationToken cancellation = default)
    {
        var name = pipeline.Name;
        await store.DeleteAsync(name, cancellation).ConfigureAwait(false);
        await store.SaveSettingsAsync(name, PipelineSettings.Of(pipeline).ToString(), cancellation).ConfigureAwait(false);
        var owners = new List<long>();
        foreach (var partition in partitions)
        {
            var taken = await store.TakePartitionAsync(name, partition.Partition, cancellation).ConfigureAwait(false);
            owners.Add(taken.Owner);
            await store.SaveCursorAsync(
                name, partition.Partition, taken.Owner, partition.Beginning(time.GetUtcNow()), cancellation).ConfigureAwait(false);
        }

        foreach (var (partition, owner) in partitions.Zip(owners))
        {
            foreach (var (bucket, checkpoint) in partition.Checkpoints())
            {
                var taken = await store.TakeBucketAsync(name, bucket, owner, cancellation).ConfigureAwait(false);
                await store.SaveBucketAsync(name, bucket, taken.Writer, checkpoint, cancellation).ConfigureAwait(false);
            }

            // Twice: the cursor before the newest is what the next barrier keeps a generation for. With the one at the beginning it would
            // keep none, and going back would mean to learn everything once more.
            var end = partition.End(time.GetUtcNow());
            await store.SaveCursorAsync(name, partition.Partition, owner, end, cancellation).ConfigureAwait(false);
            await store.SaveCursorAsync(name, partition.Partition, owner, end, cancellation).ConfigureAwait(false);
        }
    }
}

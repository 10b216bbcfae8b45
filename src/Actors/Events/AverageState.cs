using System.Buffers;
using MessagePack;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Protocol;
using StreamLearn.Learners.Averaging;

namespace StreamLearn.Actors.Events;

/// <summary>What is stored of a pipeline's averages, so that whoever makes them next goes on where this one has come to: under a name of its own in the
/// checkpoint store, which no pipeline can have. Not thread-safe.</summary>
/// <remarks>Two that do not know of each other make the same averages, so a writer that has been fenced without having lost the partition takes the state
/// again: what it writes over is at most less far.</remarks>
/// <param name="store">The store.</param>
/// <param name="topic">The topic of contributions, which names the state.</param>
/// <param name="replicas">How many there are.</param>
internal sealed class AverageState(ICheckpointStore store, string topic, int replicas)
{
    private static readonly BucketId Only = new(0, 0);

    private long _writer;

    // Of the state that is stored, which is kept beside the next one.
    private long _covered = IngestProtocol.Nothing;

    /// <summary>Takes the stored state over; new groups where there is none.</summary>
    /// <returns>The groups, whether they were stored, and what was wrong with newer states that were passed over.</returns>
    internal async Task<(ContributionGroups Groups, bool IsStored, IReadOnlyList<string> Damage)> TakeAsync()
    {
        var taken = await TakeWriterAsync().ConfigureAwait(false);
        var groups = new ContributionGroups(replicas);
        if (taken.Stored is { } stored)
        {
            Load(groups, stored.State);
        }

        return (groups, taken.Stored is not null, taken.Damage);
    }

    /// <summary>The state now. All averages up to now are delivered when it is saved.</summary>
    internal static (long Next, byte[] State) Capture(ContributionGroups groups)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        groups.Save(ref writer);
        writer.Flush();
        return (groups.Next, buffer.WrittenSpan.ToArray());
    }

    /// <summary>Stores a state.</summary>
    /// <returns>Whether somebody else had taken it meanwhile.</returns>
    /// <exception cref="CheckpointStoreException">The store does not answer.</exception>
    internal async Task<bool> SaveAsync((long Next, byte[] State) captured)
    {
        var checkpoint = new BucketCheckpoint(captured.Next - 1, _covered, captured.State, []);
        try
        {
            await SaveAsync(checkpoint).ConfigureAwait(false);
            return false;
        }
        catch (StaleWriterException)
        {
            await TakeWriterAsync().ConfigureAwait(false);
            await SaveAsync(checkpoint with { CoveredBefore = _covered }).ConfigureAwait(false);
            return true;
        }
    }

    private async Task SaveAsync(BucketCheckpoint checkpoint)
    {
        await store.SaveBucketAsync(topic, Only, _writer, checkpoint).ConfigureAwait(false);
        _covered = checkpoint.LastApplied;
    }

    private async Task<TakenBucket> TakeWriterAsync()
    {
        var partition = await store.TakePartitionAsync(topic, Only.Partition).ConfigureAwait(false);
        var taken = await store.TakeBucketAsync(topic, Only, partition.Owner).ConfigureAwait(false);
        _writer = taken.Writer;
        _covered = taken.Stored?.LastApplied ?? IngestProtocol.Nothing;
        return taken;
    }

    private static void Load(ContributionGroups groups, byte[] state)
    {
        var reader = new MessagePackReader(state);
        groups.Load(ref reader);
    }
}

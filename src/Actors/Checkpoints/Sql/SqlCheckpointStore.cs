using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>A checkpoint store on an SQL database. What is stored and why: <c>docs/checkpoints.md</c>.</summary>
internal abstract class SqlCheckpointStore : SqlCheckpointReader, ICheckpointStore
{
    public async ValueTask<TakenBucket> TakeBucketAsync(
        string pipeline, BucketId bucket, long owner, CancellationToken cancellation = default)
    {
        var claim = await WriteAsync(
            async session =>
            {
                await Claims.RequireOwnerAsync(session, pipeline, CursorOf(bucket.Partition), owner);
                return await Claims.TakeAsync(session, pipeline, bucket);
            },
            cancellation);

        // Outside of the transaction, so that nobody waits for it: writers before this one are fenced already, and so is this one if
        // another takes the bucket meanwhile.
        var (stored, damage) = await ReadAsync(session => BucketRows.ReadAsync(session, pipeline, bucket, claim), cancellation);
        await PassOverAsync(claim, stored?.Generation ?? 0, cancellation);
        return new TakenBucket(claim.Writer, stored, damage);
    }

    public async ValueTask SaveBucketAsync(
        string pipeline, BucketId bucket, long writer, BucketCheckpoint checkpoint, CancellationToken cancellation = default) =>
        await WriteAsync(
            async session =>
            {
                var claim = await Claims.HoldAsync(session, pipeline, bucket, writer);
                await BucketRows.SaveAsync(session, pipeline, bucket, claim, checkpoint);
                return true;
            },
            cancellation);

    public async ValueTask<IReadOnlyList<byte[]>> ReadKeysAsync(
        string pipeline, BucketId bucket, long writer, IReadOnlyList<byte[]> keys, CancellationToken cancellation = default) =>
        await ReadAsync(
            async session => await BucketRows.ReadKeysAsync(
                session, pipeline, bucket, await Claims.RequireWriterAsync(session, pipeline, bucket, writer), keys),
            cancellation);

    public async ValueTask<TakenPartition> TakePartitionAsync(string pipeline, int partition, CancellationToken cancellation = default)
    {
        var claim = await WriteAsync(session => Claims.TakeAsync(session, pipeline, CursorOf(partition)), cancellation);
        var (generation, cursor, before, damage) = await ReadAsync(session => CursorRows.ReadAsync(session, pipeline, claim), cancellation);
        await PassOverAsync(claim, generation, cancellation);
        return new TakenPartition(claim.Writer, cursor, before, damage);
    }

    public async ValueTask SaveCursorAsync(
        string pipeline, int partition, long writer, PartitionCursor cursor, CancellationToken cancellation = default) =>
        await WriteAsync(
            async session =>
            {
                var claim = await Claims.HoldAsync(session, pipeline, CursorOf(partition), writer);
                await CursorRows.SaveAsync(session, pipeline, claim, cursor);
                return true;
            },
            cancellation);

    public async ValueTask SaveSettingsAsync(string pipeline, string settings, CancellationToken cancellation = default) =>
        await WriteAsync(session => Done(PipelineRows.SaveSettingsAsync(session, pipeline, settings)), cancellation);

    public async ValueTask SetPausedAsync(string pipeline, bool paused, CancellationToken cancellation = default) =>
        await WriteAsync(session => Done(PausedRows.SetAsync(session, pipeline, paused)), cancellation);

    public async ValueTask<IReadOnlyList<PartitionCursor>> RollbackAsync(string pipeline, CancellationToken cancellation = default) =>
        await WriteAsync(session => PipelineRows.RollbackAsync(session, pipeline), cancellation);

    public async ValueTask ReplaceAsync(
        string pipeline, string settings, IReadOnlyList<NewPartition> partitions, CancellationToken cancellation = default) =>
        await WriteAsync(session => Done(PipelineRows.ReplaceAsync(session, pipeline, settings, partitions)), cancellation);

    /// <summary>Does work in a transaction, which is durable when the task ends.</summary>
    protected abstract Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation);

    private static BucketId CursorOf(int partition) => new(partition, Claims.CursorBucket);

    private static async Task<bool> Done(Task work)
    {
        await work;
        return true;
    }

    /// <summary>
    /// The rows of a generation that was passed over stay for whoever wants to look at them until the next is written, which must not be
    /// built on them.
    /// </summary>
    private async Task PassOverAsync(Claim claim, long loaded, CancellationToken cancellation)
    {
        if (loaded < claim.Written)
        {
            await WriteAsync(session => Done(Claims.GoOnFromAsync(session, claim, loaded)), cancellation);
        }
    }
}

using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>Looks into a checkpoint store on an SQL database.</summary>
internal abstract class SqlCheckpointReader : ICheckpointReader
{
    public async ValueTask<string> StoreIdAsync(CancellationToken cancellation = default) => await ReadAsync(Schema.IdAsync, cancellation);

    public async ValueTask<string?> LoadSettingsAsync(string pipeline, CancellationToken cancellation = default) =>
        await ReadAsync(
            async session =>
            {
                var (settings, damage) = await PipelineRows.SettingsAsync(session, pipeline);
                return damage is null
                    ? settings
                    : throw new CheckpointStoreException(
                        $"{session.Database}: {damage}. Restore a backup, or make the state anew with 'streamlearn replay'.");
            },
            cancellation);

    public async ValueTask<StoredPipeline?> DescribeAsync(string pipeline, CancellationToken cancellation = default) =>
        await ReadAsync(session => PipelineRows.DescribeAsync(session, pipeline), cancellation);

    public async ValueTask<IReadOnlyList<string>> PipelinesAsync(CancellationToken cancellation = default) =>
        await ReadAsync(PipelineRows.NamesAsync, cancellation);

    public async ValueTask<IReadOnlyList<string>> PausedAsync(CancellationToken cancellation = default) =>
        await ReadAsync(PausedRows.NamesAsync, cancellation);

    public async ValueTask<StoredBucket?> ReadBucketAsync(string pipeline, BucketId bucket, CancellationToken cancellation = default) =>
        await ReadAsync(
            async session => await Claims.FindAsync(session, pipeline, bucket) is { } claim
                ? (await BucketRows.ReadAsync(session, pipeline, bucket, claim)).Bucket
                : null,
            cancellation);

    public async ValueTask<IReadOnlyList<string>> DamageAsync(string pipeline, CancellationToken cancellation = default) =>
        await ReadAsync(session => PipelineRows.DamageAsync(session, pipeline), cancellation);

    public abstract ValueTask DisposeAsync();

    /// <summary>Does work on one state of the database, without waiting for writers.</summary>
    protected abstract Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation);
}

using System.Data.Common;
using System.Globalization;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>The table of who writes what. Its rows outlive what is written: writer numbers only grow.</summary>
internal static class Claims
{
    /// <summary>The bucket that stands for a partition's cursor.</summary>
    internal const int CursorBucket = -1;

    private const string Columns = "c.id, c.partition, c.bucket, c.writer, c.loaded, c.written";

    /// <summary>
    /// Gives the claim to a new writer, who goes on from the newest generation unless <see cref="GoOnFromAsync"/> says otherwise.
    /// </summary>
    internal static async Task<Claim> TakeAsync(SqlSession session, string pipeline, BucketId bucket)
    {
        await session.ExecuteAsync(
            "INSERT INTO streamlearn_pipelines (name) VALUES (@pipeline) ON CONFLICT (name) DO NOTHING", ("pipeline", pipeline));
        var taken = await session.RowsAsync(
            """
            INSERT INTO streamlearn_claims AS c (pipeline, partition, bucket, writer, loaded, written)
            SELECT id, @partition, @bucket, 1, 0, 0 FROM streamlearn_pipelines WHERE name = @pipeline
            ON CONFLICT (pipeline, partition, bucket) DO UPDATE SET writer = c.writer + 1, loaded = c.written
            RETURNING id, partition, bucket, writer, loaded, written
            """,
            row => Read(session, pipeline, row), ("pipeline", pipeline), ("partition", bucket.Partition), ("bucket", bucket.Bucket));
        return taken[0];
    }

    /// <summary>The claim, if anybody ever took it.</summary>
    internal static async Task<Claim?> FindAsync(SqlSession session, string pipeline, BucketId bucket, bool toWrite = false)
    {
        var found = await session.RowsAsync(
            $"""
            SELECT {Columns} FROM streamlearn_claims c JOIN streamlearn_pipelines p ON p.id = c.pipeline
            WHERE p.name = @pipeline AND c.partition = @partition AND c.bucket = @bucket{(toWrite ? session.Locking : "")}
            """,
            row => Read(session, pipeline, row), ("pipeline", pipeline), ("partition", bucket.Partition), ("bucket", bucket.Bucket));
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>All claims of a pipeline, by partition and bucket.</summary>
    internal static Task<List<Claim>> AllAsync(SqlSession session, string pipeline, bool toWrite = false) => session.RowsAsync(
        $"""
        SELECT {Columns} FROM streamlearn_claims c JOIN streamlearn_pipelines p ON p.id = c.pipeline
        WHERE p.name = @pipeline ORDER BY c.partition, c.bucket{(toWrite ? session.Locking : "")}
        """,
        row => Read(session, pipeline, row), ("pipeline", pipeline));

    /// <summary>The claim for its writer, held until the transaction ends.</summary>
    /// <exception cref="StaleWriterException">Somebody else has it.</exception>
    internal static Task<Claim> HoldAsync(SqlSession session, string pipeline, BucketId bucket, long writer) =>
        RequireWriterAsync(session, pipeline, bucket, writer, toWrite: true);

    /// <summary>The claim for its writer, as it is now.</summary>
    /// <exception cref="StaleWriterException">Somebody else has it.</exception>
    internal static async Task<Claim> RequireWriterAsync(SqlSession session, string pipeline, BucketId bucket, long writer, bool toWrite = false)
    {
        var claim = await FindAsync(session, pipeline, bucket, toWrite);
        return claim is { } held && held.Writer == writer
            ? held
            : throw new StaleWriterException(string.Create(
                CultureInfo.InvariantCulture,
                $"{Describe(pipeline, bucket)}: writer {writer} no longer has it, writer {claim?.Writer ?? 0} does. Nothing was written."));
    }

    /// <summary>Makes the claim where it is missing, and holds it until the transaction ends, whatever is in it.</summary>
    internal static Task LockAsync(SqlSession session, string pipeline, BucketId bucket) => session.ExecuteAsync(
        """
        INSERT INTO streamlearn_claims AS c (pipeline, partition, bucket, writer, loaded, written)
        SELECT id, @partition, @bucket, 1, 0, 0 FROM streamlearn_pipelines WHERE name = @pipeline
        ON CONFLICT (pipeline, partition, bucket) DO UPDATE SET loaded = c.loaded
        """,
        ("pipeline", pipeline), ("partition", bucket.Partition), ("bucket", bucket.Bucket));

    /// <summary>Fences whoever has a claim of the pipeline, of which nothing is written then.</summary>
    internal static async Task FenceAllAsync(SqlSession session, string pipeline)
    {
        // Damaged ones too: they must not be in the way of a new state.
        await session.ExecuteAsync(
            """
            UPDATE streamlearn_claims
            SET loaded = 0, written = 0, writer = CASE WHEN writer BETWEEN 1 AND 9223372036854775800 THEN writer + 1 ELSE 1 END
            WHERE pipeline = (SELECT id FROM streamlearn_pipelines WHERE name = @pipeline)
            """,
            ("pipeline", pipeline));
    }

    /// <summary>Deletes claims of what cannot be, of which nothing may be stored any more.</summary>
    internal static Task DeleteImpossibleAsync(SqlSession session, string pipeline) => session.ExecuteAsync(
        """
        DELETE FROM streamlearn_claims
        WHERE pipeline = (SELECT id FROM streamlearn_pipelines WHERE name = @pipeline)
            AND NOT (partition BETWEEN 0 AND 2147483647 AND bucket BETWEEN -1 AND 2147483647)
        """,
        ("pipeline", pipeline));

    /// <summary>Refuses an owner of a partition after whom somebody else has taken it.</summary>
    /// <exception cref="StaleWriterException">Somebody has.</exception>
    internal static async Task RequireOwnerAsync(SqlSession session, string pipeline, BucketId cursor, long owner)
    {
        if (await FindAsync(session, pipeline, cursor, toWrite: true) is { } claim && claim.Writer > owner)
        {
            throw new StaleWriterException(string.Create(
                CultureInfo.InvariantCulture,
                $"{Describe(pipeline, cursor)}: owner {owner} no longer has it, owner {claim.Writer} does. Nothing was taken."));
        }
    }

    /// <summary>Tells what a writer has loaded, if it still has the claim.</summary>
    internal static Task GoOnFromAsync(SqlSession session, Claim claim, long loaded) => session.ExecuteAsync(
        "UPDATE streamlearn_claims SET loaded = @loaded WHERE id = @claim AND writer = @writer",
        ("claim", claim.Id), ("writer", claim.Writer), ("loaded", loaded));

    /// <summary>Sets the newest generation, which whoever has the claim goes on from.</summary>
    internal static Task SetWrittenAsync(SqlSession session, Claim claim, long generation, bool fence = false) => session.ExecuteAsync(
        "UPDATE streamlearn_claims SET loaded = @generation, written = @generation, writer = writer + @fence WHERE id = @claim",
        ("claim", claim.Id), ("generation", generation), ("fence", fence ? 1L : 0L));

    internal static string Describe(string pipeline, BucketId bucket) => bucket.Bucket == CursorBucket
        ? string.Create(CultureInfo.InvariantCulture, $"pipeline '{pipeline}', cursor of partition {bucket.Partition}")
        : $"pipeline '{pipeline}', bucket {bucket.EntityId}";

    /// <summary>Its numbers change too often, and in SQL, for a checksum over them: what cannot be is found, and nothing else.</summary>
    /// <exception cref="CheckpointStoreException">The row is damaged.</exception>
    private static Claim Read(SqlSession session, string pipeline, DbDataReader row)
    {
        var (partition, bucket) = (row.GetInt64(1), row.GetInt64(2));
        var (writer, loaded, written) = (row.GetInt64(3), row.GetInt64(4), row.GetInt64(5));
        return partition is >= 0 and <= int.MaxValue && bucket is >= CursorBucket and <= int.MaxValue
            && writer is >= 1 and < long.MaxValue && loaded >= 0 && loaded <= written && written < long.MaxValue
            ? new Claim(row.GetInt64(0), (int)partition, (int)bucket, writer, loaded, written)
            : throw new CheckpointStoreException(string.Create(
                CultureInfo.InvariantCulture,
                $"{session.Database}: pipeline '{pipeline}': the claim of partition {partition}, bucket {bucket} is damaged: "
                + $"writer {writer}, goes on from {loaded}, newest {written}; expected a writer from 1, and 0 <= goes on from <= newest. "
                + $"Restore a backup, or make the state anew with 'streamlearn replay'."));
    }
}

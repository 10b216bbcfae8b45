using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>The table of pipelines, and what concerns all that is stored of one.</summary>
internal static class PipelineRows
{
    internal static async Task<string?> SettingsAsync(SqlSession session, string pipeline) =>
        await session.ScalarAsync("SELECT settings FROM streamlearn_pipelines WHERE name = @pipeline", ("pipeline", pipeline)) as string;

    internal static Task SaveSettingsAsync(SqlSession session, string pipeline, string settings) => session.ExecuteAsync(
        """
        INSERT INTO streamlearn_pipelines (name, settings) VALUES (@pipeline, @settings)
        ON CONFLICT (name) DO UPDATE SET settings = excluded.settings
        """,
        ("pipeline", pipeline), ("settings", settings));

    internal static async Task<IReadOnlyList<string>> NamesAsync(SqlSession session)
    {
        var names = await session.RowsAsync(
            """
            SELECT p.name FROM streamlearn_pipelines p
            WHERE p.settings IS NOT NULL OR EXISTS (SELECT 1 FROM streamlearn_claims c WHERE c.pipeline = p.id AND c.written > 0)
            """,
            row => row.GetString(0));
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    internal static async Task<StoredPipeline?> DescribeAsync(SqlSession session, string pipeline)
    {
        var settings = await SettingsAsync(session, pipeline);
        var claims = (await Claims.AllAsync(session, pipeline)).Where(claim => claim.Written > 0).ToList();
        var cursors = new List<PartitionCursor>();
        var buckets = new List<StoredManifest>();
        foreach (var claim in claims)
        {
            if (claim.Bucket == Claims.CursorBucket)
            {
                var (_, cursor, _, _) = await CursorRows.ReadAsync(session, pipeline, claim);
                cursors.AddRange(cursor is null ? [] : [cursor]);
            }
            else
            {
                var (manifests, _) = await BucketRows.ManifestsAsync(session, pipeline, claim);
                var readable = manifests.Where(manifest => manifest.State is not null).Select(manifest => manifest.Manifest).ToList();
                buckets.AddRange(readable.Take(1).Select(newest => new StoredManifest(
                    new BucketId(claim.Partition, claim.Bucket), newest.Generation, newest.LastApplied,
                    (int)newest.Keys, newest.Bytes, readable.Count)));
            }
        }

        return settings is null && claims.Count == 0 ? null : new StoredPipeline(pipeline, settings, cursors, buckets);
    }

    internal static async Task<IReadOnlyList<string>> DamageAsync(SqlSession session, string pipeline)
    {
        var damage = new List<string>();
        foreach (var claim in (await Claims.AllAsync(session, pipeline)).Where(claim => claim.Written > 0))
        {
            damage.AddRange(claim.Bucket == Claims.CursorBucket
                ? (await CursorRows.ReadAsync(session, pipeline, claim)).Damage
                : (await BucketRows.ReadAsync(session, pipeline, new BucketId(claim.Partition, claim.Bucket), claim)).Damage);
        }

        return damage;
    }

    /// <summary>Takes every partition to the cursor before its newest, and every bucket to what this cursor covers.</summary>
    internal static async Task<IReadOnlyList<PartitionCursor>> RollbackAsync(SqlSession session, string pipeline)
    {
        var claims = await Claims.AllAsync(session, pipeline, toWrite: true);
        var cursors = new Dictionary<int, PartitionCursor>();
        foreach (var claim in claims.Where(claim => claim.Bucket == Claims.CursorBucket && claim.Written > 0))
        {
            cursors.Add(claim.Partition, await CursorRows.RollbackAsync(session, pipeline, claim));
        }

        if (cursors.Count == 0)
        {
            throw new CheckpointStoreException($"pipeline '{pipeline}': no cursor is stored to go back to. Nothing was changed.");
        }

        foreach (var claim in claims)
        {
            if (claim.Bucket != Claims.CursorBucket)
            {
                var sent = cursors.GetValueOrDefault(claim.Partition)?.SentUpTo ?? [];
                await BucketRows.RollbackAsync(session, claim, claim.Bucket < sent.Count ? sent[claim.Bucket] : -1);
            }
            else if (claim.Written == 0)
            {
                await Claims.SetWrittenAsync(session, claim, 0, fence: true);
            }
        }

        return [.. cursors.Values];
    }

    /// <summary>Deletes all but who writes what, who are fenced.</summary>
    internal static async Task DeleteAsync(SqlSession session, string pipeline)
    {
        foreach (var claim in await Claims.AllAsync(session, pipeline, toWrite: true))
        {
            await session.ExecuteAsync("DELETE FROM streamlearn_keys WHERE claim = @claim", ("claim", claim.Id));
            await session.ExecuteAsync("DELETE FROM streamlearn_manifests WHERE claim = @claim", ("claim", claim.Id));
            await session.ExecuteAsync("DELETE FROM streamlearn_cursors WHERE claim = @claim", ("claim", claim.Id));
            await Claims.SetWrittenAsync(session, claim, 0, fence: true);
        }

        await session.ExecuteAsync("UPDATE streamlearn_pipelines SET settings = NULL WHERE name = @pipeline", ("pipeline", pipeline));
    }
}

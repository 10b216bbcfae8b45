using System.Globalization;
using StreamLearn.Actors.Checkpoints.Rows;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>The table of cursors: of each partition the newest and the one before it.</summary>
internal static class CursorRows
{
    /// <summary>The newest undamaged cursor with its generation, the one before it, and what was wrong with newer ones.</summary>
    internal static async Task<(long Generation, PartitionCursor? Cursor, PartitionCursor? Before, List<string> Damage)> ReadAsync(
        SqlSession session, string pipeline, Claim claim)
    {
        var damage = new List<string>();
        var rows = await session.RowsAsync(
            "SELECT generation, content FROM streamlearn_cursors WHERE claim = @claim AND generation <= @written ORDER BY generation DESC",
            row => (Generation: row.GetInt64(0), Content: row.GetValue(1) as byte[]), ("claim", claim.Id), ("written", claim.Written));
        if (claim.Written > 0 && (rows.Count == 0 || rows[0].Generation != claim.Written))
        {
            damage.Add(Describe(pipeline, claim, claim.Written, "it is missing"));
        }

        (long Generation, PartitionCursor Cursor)? newest = null;
        foreach (var (generation, content) in rows)
        {
            var cursor = Open(pipeline, claim.Partition, generation, content, out var problem);
            if (newest is { } found)
            {
                return (found.Generation, found.Cursor, cursor, damage);
            }

            if (cursor is null)
            {
                damage.Add(Describe(pipeline, claim, generation, problem));
            }
            else
            {
                newest = (generation, cursor);
            }
        }

        return (newest?.Generation ?? 0, newest?.Cursor, null, damage);
    }

    /// <summary>Writes a cursor; of the others the one stays that it follows.</summary>
    internal static async Task SaveAsync(SqlSession session, string pipeline, Claim claim, PartitionCursor cursor)
    {
        var generation = claim.Written + 1;
        var identity = RowIdentity.OfCursor(pipeline, claim.Partition, generation);
        await session.ExecuteAsync("DELETE FROM streamlearn_cursors WHERE claim = @claim AND generation <> @before",
            ("claim", claim.Id), ("before", claim.Loaded));
        await session.ExecuteAsync("INSERT INTO streamlearn_cursors (claim, generation, content) VALUES (@claim, @generation, @content)",
            ("claim", claim.Id), ("generation", generation), ("content", StoredRow.Seal(identity, CursorFormat.Write(cursor))));
        await Claims.SetWrittenAsync(session, claim, generation);
    }

    /// <summary>Goes back to the cursor before the newest; stays where there is none, or where it is at the same place.</summary>
    /// <returns>The cursor that the partition has then, and whether it has gone back.</returns>
    /// <exception cref="CheckpointStoreException">This cursor is damaged.</exception>
    internal static async Task<(PartitionCursor Cursor, bool Moved)> RollbackAsync(SqlSession session, string pipeline, Claim claim)
    {
        var rows = await session.RowsAsync(
            "SELECT generation, content FROM streamlearn_cursors WHERE claim = @claim AND generation <= @written ORDER BY generation DESC",
            row => (Generation: row.GetInt64(0), Content: row.GetValue(1) as byte[]), ("claim", claim.Id), ("written", claim.Written));
        var newest = rows.Find(row => row.Generation == claim.Written);
        var before = rows.Find(row => row.Generation < claim.Written);
        var last = newest == default ? null : Open(pipeline, claim.Partition, newest.Generation, newest.Content, out _);
        var (generation, content) = before == default ? newest : before;
        var problem = "it is missing";
        var cursor = generation == 0 ? null : Open(pipeline, claim.Partition, generation, content, out problem);
        if (cursor is null)
        {
            throw new CheckpointStoreException(
                Describe(pipeline, claim, generation == 0 ? claim.Written : generation, problem) + ". Nothing was changed.");
        }

        if (last is not null && IsAt(last, cursor))
        {
            await Claims.SetWrittenAsync(session, claim, claim.Written, fence: true);
            return (last, false);
        }

        await session.ExecuteAsync("DELETE FROM streamlearn_cursors WHERE claim = @claim AND generation > @generation",
            ("claim", claim.Id), ("generation", generation));
        await Claims.SetWrittenAsync(session, claim, generation, fence: true);
        return (cursor, true);
    }

    private static bool IsAt(PartitionCursor cursor, PartitionCursor other) =>
        cursor.First == other.First && cursor.Next == other.Next && cursor.SentUpTo.SequenceEqual(other.SentUpTo);

    private static PartitionCursor? Open(string pipeline, int partition, long generation, byte[]? content, out string damage) =>
        StoredRow.TryOpen(RowIdentity.OfCursor(pipeline, partition, generation), content, out var opened, out damage)
            ? CursorFormat.Read(partition, opened, out damage)
            : null;

    private static string Describe(string pipeline, Claim claim, long generation, string problem) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Claims.Describe(pipeline, new BucketId(claim.Partition, Claims.CursorBucket))}, generation {generation}: {problem}");
}

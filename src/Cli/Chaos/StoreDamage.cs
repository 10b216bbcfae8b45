using Microsoft.Data.Sqlite;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// Flips a bit in a stored row, as a bad disk would: the generation before it is to be used. Remembers what it has struck until it is
/// stored again, since until then the store shows less than it had.
/// </summary>
internal sealed class StoreDamage(string path, Random random)
{
    private const int CursorBucket = -1;

    private static readonly StruckRow[] Kinds = Enum.GetValues<StruckRow>();

    private readonly Queue<StruckRow> _kinds = new();
    private readonly Dictionary<BucketId, (long Generation, long LastApplied)> _buckets = [];
    private readonly Dictionary<int, long> _cursors = [];

    /// <summary>Whether the bucket has been struck and has not since been stored with all that it had.</summary>
    internal bool Has(BucketId bucket) => _buckets.ContainsKey(bucket);

    /// <summary>Whether the partition's cursor has been struck and has not since been stored where it was.</summary>
    internal bool HasCursor(int partition) => _cursors.ContainsKey(partition);

    /// <summary>Forgets what has been stored again.</summary>
    internal void Settle(StoredPipeline stored)
    {
        foreach (var manifest in stored.Buckets)
        {
            if (_buckets.TryGetValue(manifest.Bucket, out var struck)
                && manifest.Generation > struck.Generation && manifest.LastApplied >= struck.LastApplied)
            {
                _buckets.Remove(manifest.Bucket);
            }
        }

        foreach (var cursor in stored.Cursors)
        {
            if (_cursors.TryGetValue(cursor.Partition, out var next) && cursor.Next >= next)
            {
                _cursors.Remove(cursor.Partition);
            }
        }
    }

    /// <summary>
    /// Damages a row that has an older one to go back to: the manifest of a bucket's newest generation, a key that it has written, or
    /// the newest cursor of a partition; each in its turn, in an order by chance. Nobody may have the store open for writing.
    /// </summary>
    /// <returns>What was struck; null: there was nothing that could be.</returns>
    internal StruckRow? Strike(StoredPipeline stored)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        if (_kinds.Count == 0)
        {
            var order = Kinds.ToArray();
            random.Shuffle(order);
            Array.ForEach(order, _kinds.Enqueue);
        }

        var kind = _kinds.Dequeue();
        var done = kind == StruckRow.Cursor ? StrikeCursor(connection, stored) : StrikeBucket(connection, stored, kind);
        return done ? kind : null;
    }

    private bool StrikeBucket(SqliteConnection connection, StoredPipeline stored, StruckRow kind)
    {
        var sent = stored.Cursors.ToDictionary(cursor => cursor.Partition, cursor => cursor.SentUpTo);
        var candidates = Rows(
            connection,
            """
            SELECT c.id, c.partition, c.bucket, m.generation, m.last_applied,
                (SELECT MAX(n.last_applied) FROM streamlearn_manifests n WHERE n.claim = c.id AND n.generation < m.generation)
            FROM streamlearn_claims c JOIN streamlearn_manifests m ON m.claim = c.id
            WHERE m.generation = (SELECT MAX(n.generation) FROM streamlearn_manifests n WHERE n.claim = c.id)
                AND (SELECT COUNT(*) FROM streamlearn_manifests n WHERE n.claim = c.id) > 1
            ORDER BY c.partition, c.bucket
            """,
            row => (Claim: row.GetInt64(0), Bucket: new BucketId(row.GetInt32(1), row.GetInt32(2)), Generation: row.GetInt64(3),
                LastApplied: row.GetInt64(4), Older: row.GetInt64(5)))
            .Where(candidate => !Has(candidate.Bucket)).ToArray();
        random.Shuffle(candidates);

        // First those of which the cursor covers what the older generation lacks: it must be read again.
        foreach (var candidate in candidates.OrderByDescending(candidate =>
            sent.TryGetValue(candidate.Bucket.Partition, out var last) && last[candidate.Bucket.Bucket] > candidate.Older))
        {
            var where = ("$claim", (object)candidate.Claim);
            var generation = ("$generation", (object)candidate.Generation);
            if (kind == StruckRow.Manifest
                ? Flip(connection, "streamlearn_manifests", "state", where, generation)
                : Rows(
                    connection,
                    "SELECT key FROM streamlearn_keys WHERE claim = $claim AND generation = $generation AND state IS NOT NULL ORDER BY key",
                    row => row.GetFieldValue<byte[]>(0), where, generation) is { Count: > 0 } keys
                    && Flip(connection, "streamlearn_keys", "state", where, generation, ("$key", keys[random.Next(keys.Count)])))
            {
                _buckets[candidate.Bucket] = (candidate.Generation, candidate.LastApplied);
                return true;
            }
        }

        return false;
    }

    private bool StrikeCursor(SqliteConnection connection, StoredPipeline stored)
    {
        var next = stored.Cursors.ToDictionary(cursor => cursor.Partition, cursor => cursor.Next);
        var candidates = Rows(
            connection,
            $"""
            SELECT c.id, c.partition, MAX(x.generation) FROM streamlearn_claims c JOIN streamlearn_cursors x ON x.claim = c.id
            WHERE c.bucket = {CursorBucket} GROUP BY c.id, c.partition HAVING COUNT(*) > 1 ORDER BY c.partition
            """,
            row => (Claim: row.GetInt64(0), Partition: row.GetInt32(1), Generation: row.GetInt64(2)))
            .Where(candidate => next.ContainsKey(candidate.Partition) && !HasCursor(candidate.Partition)).ToArray();
        if (candidates.Length == 0)
        {
            return false;
        }

        var chosen = candidates[random.Next(candidates.Length)];
        _cursors[chosen.Partition] = next[chosen.Partition];
        return Flip(connection, "streamlearn_cursors", "content", ("$claim", chosen.Claim), ("$generation", chosen.Generation));
    }

    private bool Flip(SqliteConnection connection, string table, string column, params (string Name, object Value)[] key)
    {
        var where = string.Join(" AND ", key.Select(part => $"{part.Name[1..]} = {part.Name}"));
        var bytes = Rows(connection, $"SELECT {column} FROM {table} WHERE {where}", row => row.GetFieldValue<byte[]>(0), key)[0];
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        using var update = Command(connection, $"UPDATE {table} SET {column} = $bytes WHERE {where}", [.. key, ("$bytes", bytes)]);
        return update.ExecuteNonQuery() == 1;
    }

    private static List<T> Rows<T>(
        SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params (string Name, object Value)[] values)
    {
        using var command = Command(connection, sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    // The texts are made of names that stand in this file.
    private static SqliteCommand Command(SqliteConnection connection, string sql, (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}

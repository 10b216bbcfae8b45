using Microsoft.Data.Sqlite;

namespace StreamLearn.Cli.Chaos;

/// <summary>Flips a byte in a stored row, as a bad disk would: the generation before it is to be used.</summary>
internal static class StoreDamage
{
    /// <summary>Damages the newest manifest of a bucket that has an older one. Nobody may have the store open for writing.</summary>
    /// <returns>Whether there was such a bucket.</returns>
    internal static bool Strike(string path, Random random)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        var candidates = new List<(long Claim, long Generation, byte[] State)>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = """
                SELECT m.claim, m.generation, m.state FROM streamlearn_manifests m
                WHERE m.generation = (SELECT MAX(n.generation) FROM streamlearn_manifests n WHERE n.claim = m.claim)
                    AND (SELECT COUNT(*) FROM streamlearn_manifests n WHERE n.claim = m.claim) > 1
                """;
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                candidates.Add((rows.GetInt64(0), rows.GetInt64(1), rows.GetFieldValue<byte[]>(2)));
            }
        }

        if (candidates.Count == 0)
        {
            return false;
        }

        var (claim, generation, state) = candidates[random.Next(candidates.Count)];
        state[random.Next(state.Length)] ^= (byte)(1 << random.Next(8));
        using var update = connection.CreateCommand();
        update.CommandText = "UPDATE streamlearn_manifests SET state = $state WHERE claim = $claim AND generation = $generation";
        update.Parameters.AddWithValue("$state", state);
        update.Parameters.AddWithValue("$claim", claim);
        update.Parameters.AddWithValue("$generation", generation);
        return update.ExecuteNonQuery() == 1;
    }
}

namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>The table of paused pipelines: one that is in it is paused. By name: one may be paused of which nothing is stored yet.</summary>
internal static class PausedRows
{
    internal static async Task<IReadOnlyList<string>> NamesAsync(SqlSession session)
    {
        var names = await session.RowsAsync("SELECT pipeline FROM streamlearn_paused", row => row.GetString(0));
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    internal static Task SetAsync(SqlSession session, string pipeline, bool paused) => session.ExecuteAsync(
        paused
            ? "INSERT INTO streamlearn_paused (pipeline) VALUES (@pipeline) ON CONFLICT (pipeline) DO NOTHING"
            : "DELETE FROM streamlearn_paused WHERE pipeline = @pipeline",
        ("pipeline", pipeline));
}

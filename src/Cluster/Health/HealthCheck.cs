namespace StreamLearn.Cluster.Health;

/// <summary>One thing that a node needs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Problem">What is wrong and what to do; null: nothing.</param>
public sealed record HealthCheck(string Name, string? Problem)
{
    /// <summary>What is worth knowing where nothing is wrong; null: nothing.</summary>
    public string? Note { get; init; }

    // Reasons come from exceptions, and what answers a request must be bounded.
    private const int MostCharacters = 1000;

    /// <summary>In words, on one line, shortened where it is long.</summary>
    public string Finding => Problem is null ? Note is null ? "ok" : $"ok; {Note}"
        : Problem.Length > MostCharacters ? Problem[..MostCharacters].ReplaceLineEndings(" ") + " ..."
        : Problem.ReplaceLineEndings(" ");
}

namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>What a <see cref="ProtocolSearch"/> has found.</summary>
/// <param name="States">States that were walked.</param>
/// <param name="Finished">Of how many of them a fair run was walked to its end.</param>
/// <param name="Violation">What must never happen and did; null: nothing.</param>
/// <param name="Path">How it came to that: there is no shorter way, unless it was seen at the end of a fair run from there.</param>
internal sealed record SearchResult(int States, int Finished, string? Violation, IReadOnlyList<ModelEvent> Path)
{
    public override string ToString() => Violation is null
        ? $"{States} states, {Finished} fair runs, no violation"
        : $"{States} states, then after {Path.Count} steps: {Violation}\n{string.Join("\n", Path)}";
}

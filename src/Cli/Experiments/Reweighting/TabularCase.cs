namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>What is classified, and out of which mini-batches.</summary>
/// <param name="Set">The set.</param>
/// <param name="Noise">Share of wrong labels.</param>
/// <param name="Feeding">What a mini-batch is made of.</param>
internal sealed record TabularCase(StreamSet Set, double Noise, TabularFeeding Feeding)
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<TabularCase> All { get; } =
    [
        .. TabularFeeding.All.SelectMany(feeding => new[] { 0, 0.1, 0.2 }.SelectMany(noise => StreamSet.Steady.Select(set => new TabularCase(set, noise, feeding)))
            .Concat(StreamSet.Drifting.Select(set => new TabularCase(set, 0, feeding)))),
    ];
}

namespace StreamLearn.Cli.Chaos;

/// <summary>The faults of a cluster drill, in an order by chance. Pure: the same options give the same.</summary>
internal static class ClusterPlan
{
    // So many kills, and one of them is of all nodes: only then can rows be damaged.
    private const int KillsForEachOfAll = 3;

    /// <summary>The faults: each kind as often as asked for, and each kind hits every node before it hits one again. Of suspensions and cuts, every second
    /// one is brief.</summary>
    internal static IReadOnlyList<ClusterStep> Of(DrillOptions options)
    {
        var random = new Random(options.Seed);
        var faults = Enumerable.Range(1, options.Kills).Select(kill => kill % KillsForEachOfAll == 0 ? ClusterFault.KillAll : ClusterFault.Kill)
            .Concat(Enumerable.Repeat(ClusterFault.Leave, options.Leaves))
            .Concat(Alternating(options.Suspensions, ClusterFault.Suspend, ClusterFault.SuspendBriefly))
            .Concat(Alternating(options.Cuts, ClusterFault.Cut, ClusterFault.CutBriefly))
            .ToArray();
        random.Shuffle(faults);
        var decks = new Dictionary<ClusterFault, Queue<int>>();
        var steps = new List<ClusterStep>();
        var kills = 0;
        foreach (var fault in faults)
        {
            var kill = fault is ClusterFault.Kill or ClusterFault.KillAll ? ++kills : 0;
            steps.Add(new ClusterStep(fault, Draw(fault), kill, random.Next(2) == 0));
        }

        return steps;

        int Draw(ClusterFault fault)
        {
            if (!decks.TryGetValue(fault, out var deck))
            {
                decks.Add(fault, deck = new Queue<int>());
            }

            if (deck.Count == 0)
            {
                var nodes = Enumerable.Range(0, options.Nodes).ToArray();
                random.Shuffle(nodes);
                Array.ForEach(nodes, deck.Enqueue);
            }

            return deck.Dequeue();
        }
    }

    private static IEnumerable<ClusterFault> Alternating(int count, ClusterFault odd, ClusterFault even) =>
        Enumerable.Range(1, count).Select(number => number % 2 == 1 ? odd : even);
}

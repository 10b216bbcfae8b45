namespace StreamLearn.Cli.Experiments.Bandits;

/// <summary>
/// What Vowpal Wabbit 9.11.2 has on the held-out sets, as <c>../shared/data/INDEX.md</c> publishes it: rows shuffled by seed, length 1, block encoding, cost 0 or 1, one pass,
/// T = 10,000 or all rows, 3 seeds, mean and population standard deviation of the regret; options at their defaults. Not measured here.
/// </summary>
internal static class VowpalWabbit
{
    /// <summary>Rounds that its regrets are of.</summary>
    internal const int Rounds = 10_000;

    /// <summary>The columns of the table.</summary>
    internal static readonly IReadOnlyList<string> Columns = ["eps 0.05", "squarecb", "regcb opt", "bag 10", "squarecb + 20 hidden units"];

    /// <summary>Of each set: mean and deviation in each column, and examples a second of linear squarecb, text parsing included.</summary>
    private static readonly Dictionary<string, ((int Mean, int Deviation)[] Regrets, double ExamplesPerSecond)> Sets = new()
    {
        ["mushroom"] = ([(877, 97), (566, 4), (545, 10), (569, 12), (690, 63)], 146_000),
        ["shuttle"] = ([(1951, 47), (2061, 480), (1616, 39), (1390, 210), (1346, 297)], 103_000),
        ["letter"] = ([(9084, 63), (8530, 78), (8355, 305), (8774, 100), (8774, 266)], 35_000),
        ["adult"] = ([(2383, 16), (2334, 79), (2091, 31), (2160, 52), (2503, 210)], 115_000),
        ["pendigits"] = ([(4178, 415), (3298, 518), (6288, 1311), (4663, 152), (2897, 484)], 69_000),
    };

    /// <summary>Whether it was measured on a set.</summary>
    internal static bool Knows(string set) => Sets.ContainsKey(set);

    /// <summary>Mean and deviation of the regret in a column.</summary>
    internal static (int Mean, int Deviation) Regret(string set, int column) => Sets[set].Regrets[column];

    /// <summary>The smallest mean of a set.</summary>
    internal static int Best(string set) => Sets[set].Regrets.Min(regret => regret.Mean);

    /// <summary>Examples a second of linear squarecb.</summary>
    internal static double ExamplesPerSecond(string set) => Sets[set].ExamplesPerSecond;
}

namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>What exploration rules ask of a mask, [K], 1: may be chosen; empty: all may.</summary>
internal static class AllowedActions
{
    /// <summary>Whether an action may be chosen.</summary>
    internal static bool Contains(ReadOnlySpan<byte> allowed, int action) => allowed.IsEmpty || allowed[action] != 0;

    /// <summary>How many of <paramref name="actions"/> may be chosen.</summary>
    internal static int Count(ReadOnlySpan<byte> allowed, int actions) =>
        allowed.IsEmpty ? actions : actions - allowed.Count((byte)0);

    /// <summary>The action of the smallest number among those that may be chosen, the first of them where several have it.</summary>
    internal static int Best(ReadOnlySpan<double> costs, ReadOnlySpan<byte> allowed)
    {
        var best = -1;
        for (var action = 0; action < costs.Length; action++)
        {
            if (Contains(allowed, action) && (best < 0 || costs[action] < costs[best]))
            {
                best = action;
            }
        }

        return best;
    }
}

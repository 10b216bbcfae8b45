namespace StreamLearn.Simulation.Bandits;

/// <summary>Compares choices with the best fixed and the best dynamic ones, by expected cost, so far. Allocates nothing per step.</summary>
/// <remarks>
/// The best fixed choice is one per key, the action of the lowest sum up to now: it is known only in hindsight and may change. The best
/// dynamic choice is the best action of each step.
/// </remarks>
public sealed class RegretTracker
{
    private readonly int _actions;

    /// <summary>Sum of expected costs by key and action.</summary>
    private readonly double[] _sums;
    private readonly double[] _chosen;
    private readonly double[] _best;
    private readonly long[] _steps;

    /// <param name="keys">How many bandits.</param>
    /// <param name="actions">How many actions each has.</param>
    public RegretTracker(int keys, int actions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(keys);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(actions);
        _actions = actions;
        _sums = new double[keys * actions];
        _chosen = new double[keys];
        _best = new double[keys];
        _steps = new long[keys];
    }

    /// <summary>All keys together.</summary>
    public RegretTotals Total
    {
        get
        {
            var total = default(RegretTotals);
            for (var key = 0; key < _steps.Length; key++)
            {
                var one = this[key];
                total = new RegretTotals(
                    total.Steps + one.Steps,
                    total.Cost + one.Cost,
                    total.BestFixedCost + one.BestFixedCost,
                    total.BestDynamicCost + one.BestDynamicCost,
                    total.UniformCost + one.UniformCost);
            }

            return total;
        }
    }

    /// <summary>One key.</summary>
    public RegretTotals this[int key]
    {
        get
        {
            var sums = SumsOf(key);
            var uniform = 0.0;
            foreach (var sum in sums)
                uniform += sum / _actions;
            return new RegretTotals(_steps[key], _chosen[key], sums[BestFixed(key)], _best[key], uniform);
        }
    }

    /// <summary>The best fixed action of a key so far, of equal ones the first.</summary>
    public int BestFixed(int key)
    {
        var sums = SumsOf(key);
        var best = 0;
        for (var action = 1; action < sums.Length; action++)
        {
            if (sums[action] < sums[best])
                best = action;
        }

        return best;
    }

    /// <summary>Counts a step.</summary>
    /// <param name="key">Which bandit.</param>
    /// <param name="chosen">The action that was chosen.</param>
    /// <param name="expectedCosts">Of all actions.</param>
    public void Add(int key, int chosen, ReadOnlySpan<double> expectedCosts)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)key, (uint)_steps.Length, nameof(key));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)chosen, (uint)_actions, nameof(chosen));
        if (expectedCosts.Length != _actions)
            throw new ArgumentException($"Expected {_actions} costs, found {expectedCosts.Length}.", nameof(expectedCosts));
        var sums = _sums.AsSpan(key * _actions, _actions);
        var best = expectedCosts[0];
        for (var action = 0; action < sums.Length; action++)
        {
            sums[action] += expectedCosts[action];
            best = Math.Min(best, expectedCosts[action]);
        }

        _steps[key]++;
        _chosen[key] += expectedCosts[chosen];
        _best[key] += best;
    }

    private ReadOnlySpan<double> SumsOf(int key)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)key, (uint)_steps.Length, nameof(key));
        return _sums.AsSpan(key * _actions, _actions);
    }
}

namespace StreamLearn.Learners.Bandits;

/// <summary>
/// What one decision is made on: K actions, features that all of them share, features of each, and which of them may be chosen. Views into
/// memory of somebody else's, for the time of one call.
/// </summary>
/// <remarks>Numbers are finite; at least one action is allowed. Whoever makes one has seen to that (<see cref="BanditRecord"/>).</remarks>
public readonly ref struct BanditContext
{
    /// <param name="actions">K, at least 1.</param>
    /// <param name="shared">[shared features].</param>
    /// <param name="perAction">[K, features of an action], row-major; empty: actions have none, they are told apart by their number.</param>
    /// <param name="allowed">[K], 1: may be chosen, 0: not; empty: all may.</param>
    public BanditContext(int actions, ReadOnlySpan<float> shared, ReadOnlySpan<float> perAction = default, ReadOnlySpan<byte> allowed = default)
    {
        Actions = actions;
        Shared = shared;
        PerAction = perAction;
        Allowed = allowed;
    }

    /// <summary>K.</summary>
    public int Actions { get; }

    /// <summary>[shared features].</summary>
    public ReadOnlySpan<float> Shared { get; }

    /// <summary>[K, features of an action], row-major; empty: actions have none.</summary>
    public ReadOnlySpan<float> PerAction { get; }

    /// <summary>[K]; empty: all may be chosen.</summary>
    public ReadOnlySpan<byte> Allowed { get; }

    /// <summary>Features of an action.</summary>
    public int ActionFeatures => PerAction.Length / Actions;

    /// <summary>Whether an action may be chosen.</summary>
    public bool IsAllowed(int action) => Allowed.IsEmpty || Allowed[action] != 0;

    /// <summary>The features of one action.</summary>
    public ReadOnlySpan<float> FeaturesOf(int action) => PerAction.Slice(action * ActionFeatures, ActionFeatures);

    /// <summary>How many actions may be chosen.</summary>
    public int CountAllowed()
    {
        if (Allowed.IsEmpty)
        {
            return Actions;
        }

        var count = 0;
        foreach (var allowed in Allowed)
        {
            count += allowed != 0 ? 1 : 0;
        }

        return count;
    }
}

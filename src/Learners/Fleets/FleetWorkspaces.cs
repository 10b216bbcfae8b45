namespace StreamLearn.Learners.Fleets;

/// <summary>
/// What the learners of one fleet share because they are stepped one after the other: descriptions of networks, and the room that passes through them
/// need. Nothing in it is state.
/// </summary>
/// <param name="place">Where they run; null: <see cref="FleetPlace.Default"/>.</param>
public sealed class FleetWorkspaces(FleetPlace? place = null)
{
    private readonly Dictionary<object, object> _shared = [];

    /// <summary>Where they run.</summary>
    public FleetPlace Place { get; } = place ?? FleetPlace.Default;

    /// <summary>What was made for the key, or is made now.</summary>
    /// <param name="key">Equal for learners that can share, and for them only: their options, for example. Its type belongs to one kind of learner.</param>
    /// <param name="create">Makes it.</param>
    internal TShared GetOrAdd<TKey, TShared>(TKey key, Func<TKey, TShared> create)
        where TKey : notnull
        where TShared : notnull
    {
        if (!_shared.TryGetValue(key, out var shared))
        {
            shared = create(key);
            _shared.Add(key, shared);
        }

        return (TShared)shared;
    }
}

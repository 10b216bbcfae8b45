namespace StreamLearn.Learners.Fleets;

/// <summary>
/// The keys of a fleet in the order of their last use, as a chain through the keys themselves: a use costs the same however many keys
/// there are, and allocates nothing.
/// </summary>
internal sealed class UseOrder
{
    private FleetKey? _first;
    private FleetKey? _last;

    // False: keys were loaded in another order than they were used in; to be sorted when it matters.
    private bool _isSorted = true;

    /// <summary>The key that has been idle longest; there is one.</summary>
    internal FleetKey IdleLongest
    {
        get
        {
            Sort();
            return _first!;
        }
    }

    /// <summary>Adds a key that was last used at <see cref="FleetKey.LastUse"/>, whenever that was.</summary>
    internal void AddLoaded(FleetKey key)
    {
        _isSorted &= _last is null || _last.LastUse < key.LastUse;
        Append(key);
    }

    /// <summary>Adds a new key, as the one used last.</summary>
    internal void Append(FleetKey key)
    {
        (key.Earlier, key.Later) = (_last, null);
        if (_last is null)
        {
            _first = key;
        }
        else
        {
            _last.Later = key;
        }

        _last = key;
    }

    /// <summary>Makes a key the one used last.</summary>
    internal void MoveToEnd(FleetKey key)
    {
        if (key != _last)
        {
            Remove(key);
            Append(key);
        }
    }

    internal void Remove(FleetKey key)
    {
        if (key.Earlier is null)
        {
            _first = key.Later;
        }
        else
        {
            key.Earlier.Later = key.Later;
        }

        if (key.Later is null)
        {
            _last = key.Earlier;
        }
        else
        {
            key.Later.Earlier = key.Earlier;
        }

        (key.Earlier, key.Later) = (null, null);
    }

    private void Sort()
    {
        if (_isSorted)
        {
            return;
        }

        var keys = new List<FleetKey>();
        for (var key = _first; key is not null; key = key.Later)
        {
            keys.Add(key);
        }

        keys.Sort((x, y) => x.LastUse != y.LastUse ? x.LastUse.CompareTo(y.LastUse) : x.Key.AsSpan().SequenceCompareTo(y.Key));
        (_first, _last, _isSorted) = (null, null, true);
        foreach (var key in keys)
        {
            Append(key);
        }
    }
}

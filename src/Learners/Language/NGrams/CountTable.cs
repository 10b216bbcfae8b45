namespace StreamLearn.Learners.Language.NGrams;

/// <summary>Two whole numbers for each of many 64-bit keys, by open addressing. Nothing is allocated but when it grows.</summary>
internal sealed class CountTable
{
    private const int Start = 1024;

    private ulong[] _keys = new ulong[Start];
    private int[] _first = new int[Start];
    private int[] _second = new int[Start];

    /// <summary>Keys that are in it.</summary>
    internal int Count { get; private set; }

    /// <summary>The numbers of a key; 0 where it is not in it.</summary>
    internal (int First, int Second) this[ulong key]
    {
        get
        {
            var slot = SlotOf(Usable(key));
            return (_first[slot], _second[slot]);
        }
    }

    /// <summary>Adds to the numbers of a key, which is then in it.</summary>
    /// <returns>The first number as it was.</returns>
    internal int Add(ulong key, int first, int second)
    {
        key = Usable(key);
        var slot = SlotOf(key);
        if (_keys[slot] == 0)
        {
            if ((Count + 1) * 4L > _keys.Length * 3L)
            {
                Grow();
                slot = SlotOf(key);
            }

            _keys[slot] = key;
            Count++;
        }

        var before = _first[slot];
        _first[slot] += first;
        _second[slot] += second;
        return before;
    }

    internal void Clear()
    {
        Array.Clear(_keys);
        Array.Clear(_first);
        Array.Clear(_second);
        Count = 0;
    }

    // 0 marks a free slot.
    private static ulong Usable(ulong key) => key == 0 ? 1 : key;

    private int SlotOf(ulong key)
    {
        var mask = _keys.Length - 1;
        var slot = (int)(key >> 20) & mask;
        while (_keys[slot] != 0 && _keys[slot] != key)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        var (keys, first, second) = (_keys, _first, _second);
        _keys = new ulong[keys.Length * 2];
        _first = new int[_keys.Length];
        _second = new int[_keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] != 0)
            {
                var slot = SlotOf(keys[i]);
                (_keys[slot], _first[slot], _second[slot]) = (keys[i], first[i], second[i]);
            }
        }
    }
}

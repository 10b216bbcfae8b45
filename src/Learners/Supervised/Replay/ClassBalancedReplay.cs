using System.Runtime.InteropServices;
using MessagePack;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Replay;

/// <summary>A sample that is as balanced over classes as the stream lets it be, and within a class uniform. Drawn is first a class, each as likely, then one of
/// its examples.</summary>
/// <remarks>Source: A. Chrysakis, M.-F. Moens, Online continual learning from imbalanced data, ICML 2020, class-balancing reservoir sampling: once full, an
/// example of a class that has never been the largest, or of which there is none, replaces one of the largest; one of another class replaces one of its own, with the probability that
/// keeps that sample uniform.</remarks>
internal sealed class ClassBalancedReplay : ReplayBuffer
{
    // By class: places of its examples; how many have come; whether it has been the largest since the buffer is full.
    private readonly List<List<int>> _places = [];
    private readonly List<long> _seen = [];
    private readonly List<bool> _isFull = [];

    // By place: where it stands among those of its class.
    private int[] _at = [];

    // Classes with an example, in the order in which they got their first: a draw costs the same however many there are.
    private readonly List<int> _present = [];

    internal ClassBalancedReplay(int capacity, int features)
        : base(capacity, features)
    {
    }

    private protected override int OwnFields => 4;

    internal override int Draw(Xoshiro256 random)
    {
        var places = _places[_present[Uniform(_present.Count, random)]];
        return places[Uniform(places.Count, random)];
    }

    internal override void Add(ReadOnlySpan<float> features, double target, float loss, Xoshiro256 random)
    {
        var own = (int)target;
        Grow(own + 1);
        _seen[own]++;
        if (Count < Capacity)
        {
            Put(Count++, own, features);
            return;
        }

        var largest = Largest();
        _isFull[largest] = true;
        if (!_isFull[own] || _places[own].Count == 0)
        {
            var place = _places[largest][Uniform(_places[largest].Count, random)];
            Take(place, largest);
            Put(place, own, features);
        }
        else if (random.NextDouble() * _seen[own] is var at && at < _places[own].Count)
        {
            Set(_places[own][(int)at], features, target);
        }
    }

    private protected override void SaveOwn(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(_seen.Count);
        foreach (var seen in _seen)
        {
            writer.Write(seen);
        }

        writer.WriteArrayHeader(_isFull.Count);
        foreach (var isFull in _isFull)
        {
            writer.Write(isFull);
        }

        // The order in which a class's places stand decides what is drawn.
        writer.WriteArrayHeader(Count);
        for (var place = 0; place < Count; place++)
        {
            writer.Write(_at[place]);
        }

        writer.WriteArrayHeader(_present.Count);
        foreach (var present in _present)
        {
            writer.Write(present);
        }
    }

    private protected override void LoadOwn(ref MessagePackReader reader, int classes)
    {
        _places.Clear();
        _seen.Clear();
        _isFull.Clear();
        _present.Clear();
        var known = reader.ReadArrayHeader();
        StateFormat.Require(known <= classes, "a buffer has more classes than there are");
        Grow(known);
        for (var c = 0; c < known; c++)
        {
            _seen[c] = reader.ReadInt64();
        }

        reader.ReadLength(known);
        for (var c = 0; c < known; c++)
        {
            _isFull[c] = reader.ReadBoolean();
        }

        reader.ReadLength(Count);
        for (var place = 0; place < Count; place++)
        {
            _at[place] = reader.ReadInt32();
            StateFormat.Require(Target(place) < known, "an example has a class that there is not");
            _places[(int)Target(place)].Add(-1);
        }

        for (var place = 0; place < Count; place++)
        {
            var places = _places[(int)Target(place)];
            StateFormat.Require(_at[place] >= 0 && _at[place] < places.Count && places[_at[place]] < 0, "two examples stand at the same place");
            places[_at[place]] = place;
        }

        LoadPresent(ref reader, known);
    }

    private void LoadPresent(ref MessagePackReader reader, int known)
    {
        reader.ReadLength(_places.Count(places => places.Count > 0));
        while (_present.Count < _places.Count(places => places.Count > 0))
        {
            var present = reader.ReadInt32();
            StateFormat.Require(
                present >= 0 && present < known && _places[present].Count > 0 && !_present.Contains(present), "a class is drawn of which there is no example");
            _present.Add(present);
        }

        for (var c = 0; c < known; c++)
        {
            StateFormat.Require(_seen[c] >= _places[c].Count, "a sample is of fewer examples than it has");
        }
    }

    private protected override void Grown(int room) => Array.Resize(ref _at, room);

    private void Grow(int classes)
    {
        while (_places.Count < classes)
        {
            _places.Add([]);
            _seen.Add(0);
            _isFull.Add(false);
        }
    }

    private void Put(int place, int own, ReadOnlySpan<float> features)
    {
        if (_places[own].Count == 0)
        {
            _present.Add(own);
        }

        Set(place, features, own);
        _at[place] = _places[own].Count;
        _places[own].Add(place);
    }

    /// <summary>The last one of the class takes its place among those.</summary>
    private void Take(int place, int own)
    {
        var places = CollectionsMarshal.AsSpan(_places[own]);
        places[_at[place]] = places[^1];
        _at[places[^1]] = _at[place];
        _places[own].RemoveAt(places.Length - 1);
        if (places.Length == 1)
        {
            _present.Remove(own);
        }
    }

    /// <summary>The first of the classes with the most examples.</summary>
    private int Largest()
    {
        var largest = 0;
        for (var c = 1; c < _places.Count; c++)
        {
            largest = _places[c].Count > _places[largest].Count ? c : largest;
        }

        return largest;
    }
}

using MessagePack;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Replay;

/// <summary>Examples of one key that are learned again: features and target as they came. Which are kept and drawn is the subclass's. Its room grows with what is in it,
/// up to its capacity; then nothing is allocated, but for a class that is new.</summary>
internal abstract class ReplayBuffer
{
    private const string Format = "replay";

    private readonly int _features;
    private float[] _rows = [];
    private double[] _targets = [];

    /// <param name="capacity">Examples, at least 1.</param>
    /// <param name="features">Numbers of an example.</param>
    private protected ReplayBuffer(int capacity, int features)
    {
        Capacity = capacity;
        _features = features;
    }

    /// <summary>The most examples that it keeps.</summary>
    internal int Capacity { get; }

    /// <summary>Examples that it has.</summary>
    internal int Count { get; private protected set; }

    private protected abstract int OwnFields { get; }

    internal ReadOnlySpan<float> Features(int place) => _rows.AsSpan(place * _features, _features);

    internal double Target(int place) => _targets[place];

    /// <summary>Chooses one to be learned again; there is one.</summary>
    internal abstract int Draw(Xoshiro256 random);

    /// <summary>Takes in an example, or passes it over.</summary>
    /// <param name="features">As they came.</param>
    /// <param name="target">Its target, or class.</param>
    /// <param name="loss">What its loss was.</param>
    /// <param name="random">Where chance comes from.</param>
    internal abstract void Add(ReadOnlySpan<float> features, double target, float loss, Xoshiro256 random);

    /// <summary>One that was drawn has been learned again.</summary>
    internal virtual void Learned(int place, float loss)
    {
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, 1, 3 + OwnFields);
        writer.Write(Count);
        writer.WriteFloats(_rows.AsSpan(0, Count * _features));
        writer.WriteDoubles(_targets.AsSpan(0, Count));
        SaveOwn(ref writer);
    }

    /// <param name="reader">Where <see cref="Save"/> has written to.</param>
    /// <param name="classes">Classes that targets are of; 0: they are numbers.</param>
    internal void Load(ref MessagePackReader reader, int classes)
    {
        reader.ReadHeader(Format, 1, 3 + OwnFields);
        var count = reader.ReadInt32();
        StateFormat.Require(count >= 0 && count <= Capacity, "more examples are remembered than there is room for");
        Count = count;
        Reserve(count);
        reader.ReadFloats(_rows.AsSpan(0, count * _features));
        reader.ReadDoubles(_targets.AsSpan(0, count));
        foreach (var target in classes > 0 ? _targets.AsSpan(0, count) : [])
        {
            StateFormat.Require(target >= 0 && target < classes && target == Math.Truncate(target), "an example has a class that there is not");
        }

        LoadOwn(ref reader, classes);
    }

    private protected void Set(int place, ReadOnlySpan<float> features, double target)
    {
        Reserve(place + 1);
        features.CopyTo(_rows.AsSpan(place * _features));
        _targets[place] = target;
    }

    /// <summary>Makes room for so many examples.</summary>
    private void Reserve(int count)
    {
        if (_targets.Length < count)
        {
            const int First = 16;
            var room = (int)Math.Min(Capacity, Math.Max(Math.Max(First, count), 2L * _targets.Length));
            Array.Resize(ref _rows, room * _features);
            Array.Resize(ref _targets, room);
            Grown(room);
        }
    }

    /// <summary>There is room for so many examples now.</summary>
    private protected virtual void Grown(int room)
    {
    }

    private protected static int Uniform(long below, Xoshiro256 random) => (int)(random.NextDouble() * below);

    private protected abstract void SaveOwn(ref MessagePackWriter writer);

    private protected abstract void LoadOwn(ref MessagePackReader reader, int classes);
}

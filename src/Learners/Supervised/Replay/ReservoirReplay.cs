using MessagePack;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Replay;

/// <summary>A uniform sample of all examples so far.</summary>
/// <remarks>Source: J. S. Vitter, Random sampling with a reservoir, ACM TOMS 1985, algorithm R.</remarks>
internal sealed class ReservoirReplay(int capacity, int features) : ReplayBuffer(capacity, features)
{
    private long _seen;

    private protected override int OwnFields => 1;

    internal override int Draw(Xoshiro256 random) => Uniform(Count, random);

    internal override void Add(ReadOnlySpan<float> features, double target, float loss, Xoshiro256 random)
    {
        _seen++;
        if (Count < Capacity)
        {
            Set(Count++, features, target);
        }
        else if (random.NextDouble() * _seen is var place && place < Capacity)
        {
            Set((int)place, features, target);
        }
    }

    private protected override void SaveOwn(ref MessagePackWriter writer) => writer.Write(_seen);

    private protected override void LoadOwn(ref MessagePackReader reader, int classes)
    {
        _seen = reader.ReadInt64();
        StateFormat.Require(_seen >= Count && (Count == Capacity || _seen == Count), "a sample is of fewer examples than it has");
    }
}

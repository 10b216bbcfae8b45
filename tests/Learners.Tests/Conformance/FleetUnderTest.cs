using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Tests.Forecasting;

namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>A fleet as the suite drives it: examples in, predictions and bytes of state out.</summary>
internal abstract class FleetUnderTest
{
    // As a store of checkpoints has them: written where they have changed, and not otherwise.
    private readonly SortedDictionary<string, byte[]> _stored = new(StringComparer.Ordinal);

    internal abstract int Keys { get; }

    internal abstract int PredictionWidth { get; }

    internal abstract void Process(ExampleBatch examples, int from, PredictionBatch predictions);

    internal PredictionBatch Process(ExampleBatch examples)
    {
        var predictions = PredictionBatch.Allocate(examples.Count, PredictionWidth);
        Process(examples, 0, predictions);
        return predictions;
    }

    internal abstract byte[] SaveKey(string key);

    /// <summary>Takes over all that <see cref="Save"/> has brought.</summary>
    internal void Load(byte[] stored)
    {
        foreach (var (key, state) in StoredFleet.Unpack(stored))
        {
            LoadKey(key, state);
            _stored.Add(key, state);
        }
    }

    /// <summary>All keys with their states, of which only those that have changed since the last time are saved anew.</summary>
    internal byte[] Save()
    {
        foreach (var key in TakeChanges())
        {
            var name = Encoding.UTF8.GetString(key);
            if (Contains(key))
            {
                _stored[name] = SaveKey(name);
            }
            else
            {
                _stored.Remove(name);
            }
        }

        Assert.Equal(Keys, _stored.Count);
        Assert.All(
            _stored, stored => Assert.True(SaveKey(stored.Key).AsSpan().SequenceEqual(stored.Value), $"{stored.Key} has changed unseen."));
        return StoredFleet.Pack([.. _stored.Select(stored => (stored.Key, stored.Value))]);
    }

    internal abstract void LoadKey(string key, byte[] state);

    protected abstract IReadOnlyList<byte[]> TakeChanges();

    protected abstract bool Contains(byte[] key);
}

using System.Buffers;
using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Supervised;

/// <summary>A fleet as a bucket feeds and stores it.</summary>
internal sealed class SupervisedFleetUnderTest(SupervisedPlan plan, int maxKeys = 100)
{
    internal SupervisedFleet Fleet { get; private set; } = new(plan, maxKeys);

    internal PredictionBatch Process(SupervisedFeed feed) => Process(feed.Batch());

    internal PredictionBatch Process(ExampleBatch examples)
    {
        var predictions = PredictionBatch.Allocate(examples.Count, Fleet.PredictionWidth);
        Fleet.Process(examples, 0, predictions);
        return predictions;
    }

    internal SupervisedKeyReport ReportOf(string key) => (SupervisedKeyReport)Fleet.ReportOf(Encoding.UTF8.GetBytes(key))!;

    internal SupervisedSummary Summary() => new(plan, Fleet.Report());

    internal byte[] SaveKey(string key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Fleet.SaveKey(Encoding.UTF8.GetBytes(key), buffer);
        return buffer.WrittenSpan.ToArray();
    }

    internal void LoadKey(string key, byte[] state) => Fleet.LoadKey(Encoding.UTF8.GetBytes(key), state);

    /// <summary>All keys with their states, in the order of their bytes.</summary>
    internal List<(string Key, byte[] State)> Save() =>
        [.. Fleet.Report().Select(report => Encoding.UTF8.GetString(report.Key)).Select(key => (key, SaveKey(key)))];

    /// <summary>Goes on with a new fleet that has loaded what this one has saved.</summary>
    internal void Restart()
    {
        var stored = Save();
        Fleet.Dispose();
        Fleet = new SupervisedFleet(plan, maxKeys);
        foreach (var (key, state) in stored)
        {
            LoadKey(key, state);
        }

        Assert.Equal(stored.Select(key => key.Key), Save().Select(key => key.Key));
        Assert.All(stored.Zip(Save()), pair => Assert.Equal(pair.First.State, pair.Second.State));
    }
}

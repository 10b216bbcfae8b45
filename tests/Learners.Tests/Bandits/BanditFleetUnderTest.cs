using System.Buffers;
using System.Text;
using MessagePack;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>A fleet as a bucket feeds and stores it.</summary>
internal sealed class BanditFleetUnderTest
{
    private readonly BanditPlan _plan;
    private readonly int _maxKeys;

    internal BanditFleetUnderTest(BanditPlan plan, int maxKeys = 100)
    {
        _plan = plan;
        _maxKeys = maxKeys;
        Fleet = new BanditFleet(plan, maxKeys);
    }

    internal BanditFleet Fleet { get; private set; }

    internal PredictionBatch Process(BanditFeed feed) => Process(feed.Batch());

    internal PredictionBatch Process(ExampleBatch examples)
    {
        var predictions = PredictionBatch.Allocate(examples.Count, Fleet.PredictionWidth);
        Fleet.Process(examples, 0, predictions);
        return predictions;
    }

    internal BanditKeyReport ReportOf(string key) => Fleet.Report().Single(report => Encoding.UTF8.GetString(report.Key) == key);

    internal BanditSummary Summary() => new(_plan, Fleet.Report());

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
        Fleet = new BanditFleet(_plan, _maxKeys);
        foreach (var (key, state) in stored)
        {
            LoadKey(key, state);
        }

        AssertSame(stored, Save());
    }

    internal static void AssertSame(List<(string Key, byte[] State)> expected, List<(string Key, byte[] State)> actual)
    {
        Assert.Equal(expected.Select(key => key.Key), actual.Select(key => key.Key));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.State, pair.Second.State));
    }

    /// <summary>How many decisions wait, are remembered, and how much feedback waits, by the stored state of a key.</summary>
    internal (int Waiting, int Finished, int Early) JoinSizes(string key)
    {
        var reader = new MessagePackReader(SaveKey(key));
        Enter(ref reader, "bandit-key", fields: 5);
        Enter(ref reader, "bandit-learners", fields: 6);
        Enter(ref reader, "decision-join", fields: 2);
        return (Entries(ref reader), Entries(ref reader), Entries(ref reader));
    }

    private static void Enter(ref MessagePackReader reader, string name, int fields)
    {
        reader.ReadArrayHeader();
        Assert.Equal(name, reader.ReadString());
        reader.Skip();
        for (var field = 0; field < fields; field++)
        {
            reader.Skip();
        }
    }

    private static int Entries(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        for (var entry = 0; entry < count; entry++)
        {
            reader.Skip();
        }

        return count;
    }
}

using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Learners.Tests.Control;

/// <summary>Stores a fleet with what operators have said to it, as a bucket does.</summary>
internal static class StoredControls
{
    internal static byte[] Save(ILearnerFleet fleet)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        fleet.SaveControls(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal static void Load(ILearnerFleet fleet, byte[] stored)
    {
        var reader = new MessagePackReader(stored);
        fleet.LoadControls(ref reader);
        Assert.True(reader.End);
    }

    /// <summary>Another fleet with all that it has stored.</summary>
    internal static ILearnerFleet Copy(LearnerPlan plan, ILearnerFleet fleet)
    {
        var copy = plan.CreateFleet(plan.MaxKeys);
        Load(copy, Save(fleet));
        foreach (var report in fleet.Report())
        {
            var state = new ArrayBufferWriter<byte>();
            fleet.SaveKey(report.Key, state);
            copy.LoadKey(report.Key, state.WrittenMemory);
        }

        Assert.Equal(Save(fleet), Save(copy));
        return copy;
    }
}

using System.Buffers;
using System.Text;
using MessagePack;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Learners.Tests.Forecasting;

/// <summary>The keys of a fleet as a store of checkpoints has them, each with its state; in one piece, to be compared and loaded.</summary>
internal static class StoredFleet
{
    internal static byte[] SaveKey(ForecastFleet fleet, string key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        fleet.SaveKey(Encoding.UTF8.GetBytes(key), buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>All keys, in the order of their bytes.</summary>
    internal static byte[] Save(ForecastFleet fleet) =>
        Pack([.. fleet.Report().Select(report => Encoding.UTF8.GetString(report.Key)).Select(key => (key, SaveKey(fleet, key)))]);

    /// <summary>A fleet with those keys, loaded in the order in which they stand.</summary>
    internal static ForecastFleet Load(ForecastPlan plan, byte[] stored)
    {
        var fleet = new ForecastFleet(plan, plan.MaxKeys);
        foreach (var (key, state) in Unpack(stored))
        {
            fleet.LoadKey(Encoding.UTF8.GetBytes(key), state);
        }

        return fleet;
    }

    internal static byte[] Pack(IReadOnlyCollection<(string Key, byte[] State)> keys)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(keys.Count);
        foreach (var (key, state) in keys)
        {
            writer.Write(key);
            writer.Write(state);
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal static List<(string Key, byte[] State)> Unpack(byte[] stored)
    {
        var reader = new MessagePackReader(stored);
        var keys = new List<(string, byte[])>();
        var count = reader.ReadMapHeader();
        for (var i = 0; i < count; i++)
        {
            keys.Add((reader.ReadString()!, reader.ReadBytes()!.Value.ToArray()));
        }

        return keys;
    }
}

using System.Buffers;
using System.Runtime.InteropServices;
using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Optimizers;

/// <summary>Carries what an updater has gathered over to one of the same options for more parameters, on whichever backend: through the stored form, which is
/// the same for all.</summary>
internal static class UpdaterGrowth
{
    /// <param name="from">What has gathered.</param>
    /// <param name="to">What goes on.</param>
    /// <param name="grow">From a vector of the one to that of the other; what is new starts as a new optimiser does.</param>
    internal static void Carry(INetworkUpdater from, INetworkUpdater to, Func<float[], float[]> grow)
    {
        if (from.Options.Projects)
        {
            throw new NotSupportedException("An updater that stays near its initial parameters cannot grow: new ones have none.");
        }

        var stored = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(stored);
        from.Save(ref writer);
        writer.Flush();
        var grown = new ArrayBufferWriter<byte>();
        writer = new MessagePackWriter(grown);
        var reader = new MessagePackReader(stored.WrittenMemory);
        UpdaterState.ReadStart(ref reader, projects: false, count: 0);
        UpdaterState.WriteStart(ref writer, initial: null);
        OptimizerState.Grow(ref reader, ref writer, grow);
        writer.Flush();
        reader = new MessagePackReader(grown.WrittenMemory);
        to.Load(ref reader);
    }

    /// <summary>A vector of whatever length.</summary>
    internal static float[] ReadVector(ref MessagePackReader reader)
    {
        var bytes = (reader.ReadBytes() ?? default).ToArray();
        StateFormat.Require(bytes.Length % sizeof(float) == 0, "a vector has a part of a number");
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }
}

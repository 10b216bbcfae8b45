using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>What tests of training have in common.</summary>
internal static class TrainerCases
{
    /// <summary>Every optimiser that there is on both backends, with a learning rate at which small networks learn quickly.</summary>
    internal static Dictionary<string, OptimizerOptions> Optimizers { get; } = new OptimizerOptions[]
    {
        new SgdOptions { LearningRate = 0.1, Momentum = 0.9 },
        new AdaGradNormOptions { LearningRate = 1 },
        new AdamOptions { LearningRate = 0.01 },
        new AdamWOptions { LearningRate = 0.01 },
        new AdaBeliefOptions { LearningRate = 0.01 },
        new LionOptions { LearningRate = 0.003 },
        new OptimisticMirrorDescentOptions { LearningRate = 1, Radius = 10 },
    }.ToDictionary(options => options.Kind);

    /// <summary>Everything that a training step can change, as stored bytes.</summary>
    internal static byte[] Stored(INetwork network, INetworkUpdater updater)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        NetworkState.Save(ref writer, network, updater);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal static void Load(byte[] state, INetwork network, INetworkUpdater updater)
    {
        var reader = new MessagePackReader(state);
        NetworkState.Load(ref reader, network, updater);
        Assert.True(reader.End);
    }
}

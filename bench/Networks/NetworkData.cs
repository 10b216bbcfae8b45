using StreamLearn.Learners.Randomness;

namespace StreamLearn.Bench.Networks;

/// <summary>Batches of noise to learn, made beforehand; steps go through them in turn.</summary>
internal sealed class NetworkData
{
    /// <summary>Batches in all: few, so that they stay in the cache, where inputs that have just arrived are too.</summary>
    internal const int Count = 8;

    internal NetworkData(NetworkCase network, int batch, ulong seed = 1)
    {
        var random = new Xoshiro256(seed);
        var rows = network.Steps * batch;
        Inputs = Draw(rows * network.Architecture.Inputs);
        Targets = Draw(rows * network.Architecture.Outputs);

        float[][] Draw(int length) =>
            [.. Enumerable.Range(0, Count).Select(_ => Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian()).ToArray())];
    }

    /// <summary>[steps, batch, inputs] of each batch.</summary>
    internal float[][] Inputs { get; }

    /// <summary>[steps, batch, outputs] of each batch.</summary>
    internal float[][] Targets { get; }
}

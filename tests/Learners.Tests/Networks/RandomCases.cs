using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>Random architectures and numbers for property tests, all from a seed.</summary>
internal static class RandomCases
{
    /// <summary>Sizes on both sides of every edge of the kernels: 1 to 3, below, at and above 8, 16, 32 and 64 columns.</summary>
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 40, 63, 64, 65, 72, 100];

    internal static MlpArchitecture Mlp(Xoshiro256 random, Activation? activation = null, bool? layerNorm = null, int? hiddenLayers = null)
    {
        var head = (Head)Below(random, 3);
        var outputs = Size(random) + (head == Head.Softmax ? 1 : 0);
        var hidden = Enumerable.Range(0, hiddenLayers ?? Below(random, 4)).Select(_ => Size(random)).ToArray();
        return new MlpArchitecture(
            Size(random), hidden, outputs, activation ?? (Activation)Below(random, 5), layerNorm ?? Below(random, 3) == 0, head);
    }

    internal static GruArchitecture Gru(Xoshiro256 random)
    {
        var head = (Head)Below(random, 3);
        return new GruArchitecture(Size(random), Size(random), 1 + Below(random, 4) + (head == Head.Softmax ? 1 : 0), head);
    }

    internal static int Batch(Xoshiro256 random) => new[] { 1, 2, 3, 4, 5, 7, 8, 13, 32, 33 }[Below(random, 10)];

    internal static int Size(Xoshiro256 random) => Sizes[Below(random, Sizes.Length)];

    internal static int Below(Xoshiro256 random, int bound) => (int)(random.NextBits() % (ulong)bound);

    internal static float[] Normal(Xoshiro256 random, int count, double deviation = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(deviation * random.NextGaussian()))];
}

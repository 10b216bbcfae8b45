using StreamLearn.Learners.Liquid;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Tests.Networks;

namespace StreamLearn.Learners.Tests.Liquid;

/// <summary>Random liquid architectures, all from a seed.</summary>
internal static class LiquidCases
{
    private static readonly int[] Sizes = [1, 2, 3, 5, 7, 8, 9, 12, 16, 17, 24];

    internal static RecurrentArchitecture Any(Xoshiro256 random)
    {
        var outputs = 1 + RandomCases.Below(random, 3);
        var head = RandomCases.Below(random, 4) == 0 ? Head.Sigmoid : Head.Linear;
        var seed = random.NextBits();
        var mode = (CfcMode)RandomCases.Below(random, 3);
        return RandomCases.Below(random, 6) switch
        {
            0 => new LtcArchitecture(Size(random), Size(random), outputs, 1 + RandomCases.Below(random, 6), head),
            1 => new LtcArchitecture(Ncp(random, seed), outputs, 1 + RandomCases.Below(random, 6), head),
            2 => new LtcArchitecture(NcpWiring.Random(Size(random), 5 + Size(random), 4, 0.7, seed), outputs, 6, head),
            3 => new CfcArchitecture(Ncp(random, seed), outputs, mode, head),
            4 => new CfcArchitecture(Size(random), Size(random), outputs, mode, head: head),
            _ => new CfcArchitecture(
                Size(random), Size(random), outputs, mode, Enumerable.Range(0, 1 + RandomCases.Below(random, 2)).Select(_ => Size(random)),
                (Activation)RandomCases.Below(random, 5), head),
        };
    }

    /// <summary>From far too short to long.</summary>
    internal static float[] Elapsed(Xoshiro256 random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => RandomCases.Below(random, 8) == 0 ? -1f : (float)(3 * random.NextDouble()))];

    private static NcpWiring Ncp(Xoshiro256 random, ulong seed)
    {
        var motors = 1 + RandomCases.Below(random, 4);
        return NcpWiring.AutoNcp(Size(random), motors + 3 + Size(random), motors, 0.1 + (0.9 * random.NextDouble()), seed);
    }

    private static int Size(Xoshiro256 random) => Sizes[RandomCases.Below(random, Sizes.Length)];
}

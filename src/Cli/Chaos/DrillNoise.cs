namespace StreamLearn.Cli.Chaos;

/// <summary>Numbers by chance that anybody can work out again.</summary>
internal static class DrillNoise
{
    /// <summary>From 0 to below 1, by a hash of the numbers (SplitMix64).</summary>
    /// <param name="seed">Seed of a drill.</param>
    /// <param name="number">Of a record.</param>
    /// <param name="purpose">What it is for: each has numbers of its own.</param>
    internal static double Of(int seed, int number, int purpose = 0)
    {
        var z = ((ulong)seed * 0x9e3779b97f4a7c15) + (ulong)number + ((ulong)purpose << 40) + 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        z ^= z >> 31;
        return (z >> 11) * (1.0 / (1UL << 53));
    }
}

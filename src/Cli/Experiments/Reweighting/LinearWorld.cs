using StreamLearn.Learners.Randomness;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>A linear regression of which most samples say little: four fifths move only in the first coordinates, the others in all.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Noise">Standard deviation of the noise in the targets.</param>
/// <param name="Outliers">Share of the targets with noise of standard deviation 10 besides.</param>
internal sealed record LinearWorld(string Name, double Noise, double Outliers)
{
    /// <summary>Coordinates of a sample.</summary>
    internal const int Dimensions = 32;

    private const int WideCoordinates = 4;
    private const double NarrowDeviation = 0.05;
    private const double RedundantShare = 0.8;
    private const double OutlierDeviation = 10;

    /// <summary>The specification's three.</summary>
    internal static IReadOnlyList<LinearWorld> All { get; } = [new("no noise", 0, 0), new("label noise 0.05", 0.05, 0), new("2 % outliers", 0, 0.02)];

    /// <summary>Draws samples.</summary>
    /// <param name="random">Where from.</param>
    /// <param name="truth">[dimensions], what the targets are made with.</param>
    /// <param name="inputs">[samples, dimensions], written.</param>
    /// <param name="targets">[samples], written.</param>
    internal void Draw(Xoshiro256 random, ReadOnlySpan<double> truth, Span<double> inputs, Span<double> targets)
    {
        for (var sample = 0; sample < targets.Length; sample++)
        {
            var input = inputs.Slice(sample * Dimensions, Dimensions);
            var isRedundant = random.NextDouble() < RedundantShare;
            var target = 0.0;
            for (var i = 0; i < Dimensions; i++)
            {
                input[i] = random.NextGaussian() * (isRedundant && i >= WideCoordinates ? NarrowDeviation : 1);
                target += input[i] * truth[i];
            }

            target += Noise == 0 ? 0 : Noise * random.NextGaussian();
            targets[sample] = target + (Outliers > 0 && random.NextDouble() < Outliers ? OutlierDeviation * random.NextGaussian() : 0);
        }
    }
}

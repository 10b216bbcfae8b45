using StreamLearn.Learners.Randomness;

namespace StreamLearn.Simulation.Bandits.Tabular;

/// <summary>Made data sets, of the kinds on which the learners' defaults were chosen.</summary>
public static class SyntheticSets
{
    private const int Rows = 10_000;
    private const ulong Seed = 12345;

    /// <summary>All of them, with their usual sizes.</summary>
    public static IReadOnlyList<TabularData> All => [Blobs(), Xor(), Skew()];

    /// <summary>Five clouds in ten dimensions that overlap little.</summary>
    public static TabularData Blobs(int rows = Rows, ulong seed = Seed)
    {
        const int Labels = 5;
        const int Features = 10;
        var random = new Xoshiro256(seed);
        double[] centres = [.. Enumerable.Range(0, Labels * Features).Select(_ => 1.2 * random.NextGaussian())];
        return Make("blobs", Labels, Features, rows, row =>
        {
            var label = Whole(random, Labels);
            for (var i = 0; i < Features; i++)
            {
                row[i] = (float)(centres[(label * Features) + i] + random.NextGaussian() + 2);
            }

            return label;
        });
    }

    /// <summary>Labels by the sign of a product and by a parabola, features without a say, 3 % noise: nothing for a linear model.</summary>
    public static TabularData Xor(int rows = Rows, ulong seed = Seed)
    {
        const int Labels = 4;
        var random = new Xoshiro256(seed);
        return Make("xor", Labels, 8, rows, row =>
        {
            foreach (ref var number in row.AsSpan())
            {
                number = (float)random.NextGaussian();
            }

            var label = (row[0] * row[1] > 0 ? 2 : 0) + (row[2] + (row[3] * row[3]) > 1 ? 1 : 0);
            return random.NextDouble() < 0.03 ? Whole(random, Labels) : label;
        });
    }

    /// <summary>Seven labels, one of them four fifths of the rows; features of different scales and offsets with rare outliers.</summary>
    public static TabularData Skew(int rows = Rows, ulong seed = Seed)
    {
        var random = new Xoshiro256(seed);
        return Make("skew", 7, 9, rows, row =>
        {
            var share = random.NextDouble();
            var label = share < 0.79 ? 0 : share < 0.94 ? 1 : share < 0.985 ? 2 : 3 + Whole(random, 4);
            var (a, b, c) = (45 + (10 * random.NextGaussian()), 2 * random.NextGaussian(), 80 + (8 * random.NextGaussian()));
            var outlier = random.NextGaussian() * (random.NextDouble() < 0.05 ? 200 : 5);
            switch (label)
            {
                case 0:
                    break;
                case 1:
                    a -= 14 + (4 * Math.Abs(random.NextGaussian()));
                    c += 5;
                    break;
                case 2:
                    b -= 6 + Math.Abs(random.NextGaussian());
                    a += 6;
                    break;
                default:
                    b += 9 * (label - 4.5);
                    c -= 6 * (label - 4.5);
                    break;
            }

            double[] numbers =
            [
                a, b, c, outlier, (0.9 * a) + (3 * random.NextGaussian()), 20 * random.NextGaussian(), c - a + (0.7 * random.NextGaussian()),
                c - (2 * b) + random.NextGaussian(), (0.5 * (c - a)) + b,
            ];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = (float)Math.Floor(numbers[i]);
            }

            return label;
        });
    }

    private static int Whole(Xoshiro256 random, int below) => (int)(random.NextDouble() * below);

    private static TabularData Make(string name, int labels, int features, int rows, Func<float[], int> next)
    {
        var table = new float[rows * features];
        var rowLabels = new int[rows];
        var row = new float[features];
        for (var i = 0; i < rows; i++)
        {
            rowLabels[i] = next(row);
            row.CopyTo(table, i * features);
        }

        return new TabularData(name, [.. Enumerable.Range(0, labels).Select(label => $"{label}")], table, rowLabels);
    }
}

using System.Security.Cryptography;
using StreamLearn.Learners;

namespace StreamLearn.Simulation.Bandits.Tabular;

/// <summary>The runs of one learner on one data set, a seed each.</summary>
/// <param name="Learner">Who learned.</param>
/// <param name="Marks">The rounds at which regret was noted.</param>
/// <param name="Runs">The runs, at least one.</param>
public sealed record BanditRuns(LearnerChoice Learner, IReadOnlyList<int> Marks, IReadOnlyList<BanditRun> Runs)
{
    // Long enough for the compiler's second thoughts.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.3);

    /// <summary>Rounds of each run.</summary>
    public int Rounds => Runs[0].Rounds;

    /// <summary>Mean of the regret at the end.</summary>
    public double RegretMean => Runs.Average(run => (double)run.Regret);

    /// <summary>Its population standard deviation.</summary>
    public double RegretDeviation => Deviation([.. Runs.Select(run => (double)run.Regret)]);

    /// <summary>Mean cost of a round.</summary>
    public double ProgressiveLoss => RegretMean / Rounds;

    /// <summary>Median over runs of the rounds a second of the loop: decide, draw, learn.</summary>
    public double RoundsPerSecond
    {
        get
        {
            double[] rates = [.. Runs.Select(run => run.Rounds / run.Seconds).Order()];
            return (rates[(rates.Length - 1) / 2] + rates[rates.Length / 2]) / 2;
        }
    }

    /// <summary>SHA-256 of the hashes of all learners' states.</summary>
    public string StateHash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var run in Runs)
            {
                hash.AppendData(run.StateHash.Span);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>Runs a learner with several seeds, one after the other.</summary>
    /// <param name="bandit">What is learned.</param>
    /// <param name="learner">Who learns.</param>
    /// <param name="firstSeed">The first seed; the others follow it.</param>
    /// <param name="seeds">How many.</param>
    /// <param name="rounds">Rounds of each, where there are as many rows.</param>
    /// <param name="marks">Rounds at which regret is noted, ascending.</param>
    /// <param name="time">Clock of the rate.</param>
    /// <param name="cancellation">Ends it.</param>
    public static BanditRuns Of(
        TabularBandit bandit, LearnerChoice learner, ulong firstSeed, int seeds, int rounds, IReadOnlyList<int> marks, TimeProvider time,
        CancellationToken cancellation)
    {
        BanditRun.WarmUp(bandit, learner, rounds, WarmUp, time, cancellation);
        var runs = new List<BanditRun>(seeds);
        for (var seed = 0; seed < seeds; seed++)
        {
            runs.Add(BanditRun.Of(bandit, learner, unchecked(firstSeed + (ulong)seed), rounds, marks, time, cancellation));
        }

        return new BanditRuns(learner, marks, runs);
    }

    /// <summary>Mean and population standard deviation of the regret at one of the marks.</summary>
    public (double Mean, double Deviation) RegretAt(int mark)
    {
        var place = Marks.ToList().IndexOf(mark);
        ArgumentOutOfRangeException.ThrowIfNegative(place, nameof(mark));
        double[] regrets = [.. Runs.Select(run => (double)run.RegretAt[place])];
        return (regrets.Average(), Deviation(regrets));
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>How an arm has done on the mixture of texts.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="LearningRate">Its best of the grid, found on another seed.</param>
/// <param name="Runs">One for each seed.</param>
internal sealed record TextScore(ReweightingArm Arm, double LearningRate, IReadOnlyList<TextRun> Runs)
{
    /// <summary>Of a number of each run.</summary>
    internal Spread Of(Func<TextRun, double> number) => Spread.Of([.. Runs.Select(number)]);

    /// <summary>Of the perplexities that losses in nats mean.</summary>
    internal Spread Perplexity(Func<TextRun, double> loss) => Of(run => Math.Exp(loss(run)));

    /// <summary>The perplexity of the last fifth of the marks that end where each of the other's runs had spent so many seconds.</summary>
    internal Spread PerplexityWithin(IReadOnlyList<double> seconds) => Spread.Of([.. Runs.Zip(seconds, (run, within) => Math.Exp(run.LateLossAt(within)))]);

    /// <summary>Whether its late loss is below another's (-1) or above (1), seed by seed, by more than chance; else 0.</summary>
    internal int Against(TextScore other) => SignificantDifference.Sign([.. Runs.Zip(other.Runs, (own, theirs) => own.LateLoss - theirs.LateLoss)]);

    /// <summary>The same of the losses when each of some seconds had been spent.</summary>
    internal int AgainstWithin(TextScore other, IReadOnlyList<double> seconds) =>
        SignificantDifference.Sign([.. seconds.Select((within, seed) => Runs[seed].LateLossAt(within) - other.Runs[seed].LateLossAt(within))]);
}

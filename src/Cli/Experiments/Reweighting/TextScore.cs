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

    /// <summary>Whether its late loss is below another's (-1) or above (1) by more than two standard errors of the differences seed by seed; else 0.</summary>
    internal int Against(TextScore other)
    {
        var difference = Spread.Of([.. Runs.Zip(other.Runs, (own, theirs) => own.LateLoss - theirs.LateLoss)]);
        var standardError = difference.Deviation / Math.Sqrt(Math.Max(1, Runs.Count - 1));
        return Runs.Count < 2 || !(Math.Abs(difference.Mean) > 2 * standardError) ? 0 : Math.Sign(difference.Mean);
    }
}

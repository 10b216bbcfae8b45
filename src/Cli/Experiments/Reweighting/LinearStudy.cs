using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>Linear regression: does reweighting reach a given loss sooner, and what does it cost where targets are noisy? At the specification's step size, and at the best one of each
/// arm, for part of the speed is that of a larger step.</summary>
internal sealed class LinearStudy : IReweightingStudy
{
    private const double SpecifiedRate = 0.03;
    private const int TuningSeeds = 5;

    // Of the seeds that step sizes are chosen on: others than those that are told of.
    private const ulong FirstTuningSeed = 1_000_001;

    private static readonly double[] Rates = [0.01, 0.03, 0.1, 0.3, 1];

    // The specification's table, means of 10 seeds of another generator: world, step, then uniform, LinUpper 1 and 0.4, Quadratic 1 and 0.4, Extremes 1 and 0.4.
    private static readonly (string World, int Step, double[] Losses)[] Published =
    [
        ("no noise", 200, [1.50, 0.148, 7.0e-5, 0.325, 3.8e-3, 2.84, 4.62]),
        ("label noise 0.05", 200, [1.50, 0.149, 3.3e-4, 0.326, 5.1e-3, 2.84, 4.62]),
        ("label noise 0.05", 2000, [4.5e-6, 7.9e-6, 1.9e-5, 7.0e-6, 1.4e-5, 3.8e-6, 2.3e-5]),
        ("2 % outliers", 200, [1.44, 0.505, 0.326, 0.504, 0.134, 2.56, 4.42]),
        ("2 % outliers", 2000, [3.7e-3, 2.1e-2, 0.22, 6.9e-3, 4.3e-2, 3.1e-3, 2.9e-3]),
    ];

    private static readonly ReweightingArm[] PublishedArms =
    [
        ReweightingArm.Uniform,
        .. new[] { ReweightingStrategy.LinUpper, ReweightingStrategy.Quadratic, ReweightingStrategy.Extremes }
            .SelectMany(strategy => new[] { 1, 0.4 }.Select(temperature => new ReweightingArm(strategy, temperature))),
    ];

    /// <inheritdoc/>
    public string Name => "linear";

    /// <inheritdoc/>
    public int DefaultSeeds => 10;

    /// <inheritdoc/>
    public void Check(ReweightingStudySettings settings)
    {
        // It makes its data itself.
    }

    /// <inheritdoc/>
    public ReweightingFindings Run(ReweightingStudySettings settings, Action<string> say, CancellationToken cancellation)
    {
        var scores = new List<LinearScore>();
        foreach (var world in LinearWorld.All)
        {
            foreach (var arm in ReweightingArm.All)
            {
                scores.AddRange(Scores(world, arm, settings, cancellation));
            }

            say($"linear regression, {world.Name}: {ReweightingArm.All.Count} rows");
        }

        var seeds = settings.SeedsOf(this);
        return new ReweightingFindings(Markdown(scores, seeds, settings.FirstSeed), [.. scores.Select(Row)], []);
    }

    private IEnumerable<LinearScore> Scores(LinearWorld world, ReweightingArm arm, ReweightingStudySettings settings, CancellationToken cancellation)
    {
        // What diverges is the worst.
        var tuning = Rates.Select(rate => Runs(world, arm, rate, FirstTuningSeed, TuningSeeds, cancellation)).ToArray();
        foreach (var step in new[] { LinearRun.EarlyStep, LinearRun.Steps })
        {
            var best = Rates[Enumerable.Range(0, Rates.Length).MinBy(at => Worst(At(tuning[at], step).Mean))];
            foreach (var (rate, isTuned) in new[] { (SpecifiedRate, false), (best, true) })
            {
                yield return new LinearScore(
                    world, arm, step, rate, isTuned, At(Runs(world, arm, rate, settings.FirstSeed, settings.SeedsOf(this), cancellation), step));
            }
        }

        static Spread At((double Early, double Last)[] runs, int step) => Spread.Of([.. runs.Select(run => step == LinearRun.EarlyStep ? run.Early : run.Last)]);

        static double Worst(double loss) => double.IsFinite(loss) ? loss : double.PositiveInfinity;
    }

    private static (double Early, double Last)[] Runs(LinearWorld world, ReweightingArm arm, double rate, ulong firstSeed, int seeds, CancellationToken cancellation)
    {
        var runs = new (double, double)[seeds];
        Parallel.For(
            0, seeds, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount },
            seed => runs[seed] = LinearRun.Of(world, arm.Constant(LinearRun.Steps), rate, firstSeed + (ulong)seed));
        return runs;
    }

    private static string Markdown(List<LinearScore> scores, int seeds, ulong firstSeed)
    {
        var text = new StringBuilder();
        text.AppendLine("### Linear regression").AppendLine();
        text.AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{LinearWorld.Dimensions} coordinates, batches of 128, {LinearRun.Steps} steps of plain gradient descent; r constant from the first step on. Test loss: half the squared distance from the truth. {seeds} seeds from {firstSeed} on, mean ± population standard deviation.")).AppendLine();
        text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"At the step size {SpecifiedRate}; in brackets the specification's mean of 10 seeds of another generator:")).AppendLine();
        Table(text, scores, isTuned: false);
        text.AppendLine().AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $"At each arm's best step size of {string.Join(", ", Rates.Select(rate => rate.ToString(CultureInfo.InvariantCulture)))}, chosen for each column on {TuningSeeds} other seeds, in brackets:")).AppendLine();
        Table(text, scores, isTuned: true);
        return text.ToString();
    }

    private static void Table(StringBuilder text, List<LinearScore> scores, bool isTuned)
    {
        (LinearWorld World, int Step)[] columns = [.. LinearWorld.All.SelectMany(world => new[] { LinearRun.EarlyStep, LinearRun.Steps }.Select(step => (world, step)))];
        var table = new MarkdownTable(["weights", .. columns.Select(column => $"{column.World.Name}, step {column.Step}")]);
        foreach (var arm in ReweightingArm.All)
        {
            table.Add([
                arm.Name,
                .. columns.Select(column =>
                {
                    var score = scores.Single(score => score.World == column.World && score.Arm == arm && score.Step == column.Step && score.IsTuned == isTuned);
                    var beside = isTuned ? score.LearningRate : PublishedLoss(score);
                    return score.Loss.Text("0.0e0") + (beside is { } number ? string.Create(CultureInfo.InvariantCulture, $" ({(isTuned ? number.ToString(CultureInfo.InvariantCulture) : number.ToString("0.0e0", CultureInfo.InvariantCulture))})") : "");
                }),
            ]);
        }

        table.WriteTo(text);
    }

    /// <summary>The loss that the specification has for a score at its step size; null: none.</summary>
    internal static double? PublishedLoss(LinearScore score)
    {
        var at = Array.IndexOf(PublishedArms, score.Arm);
        var row = Published.FirstOrDefault(row => row.World == score.World.Name && row.Step == score.Step);
        return at >= 0 && row.Losses is not null ? row.Losses[at] : null;
    }

    private static JsonObject Row(LinearScore score) => new()
    {
        ["study"] = "linear",
        ["world"] = score.World.Name,
        ["weights"] = score.Arm.Name,
        ["step"] = score.Step,
        ["learning_rate"] = score.LearningRate,
        ["tuned"] = score.IsTuned,
        ["loss_mean"] = double.IsFinite(score.Loss.Mean) ? score.Loss.Mean : null,
        ["loss_sd"] = double.IsFinite(score.Loss.Deviation) ? score.Loss.Deviation : null,
        ["published"] = score.IsTuned ? null : PublishedLoss(score),
    };
}

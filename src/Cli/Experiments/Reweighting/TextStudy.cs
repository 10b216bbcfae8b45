using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ScottPlot;
using StreamLearn.Cli.Commands;
using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>A small language model on a mixture of texts: each choice of weights with its own step size, at equal steps and at equal time.</summary>
internal sealed class TextStudy : IReweightingStudy
{
    private const int Context = 64;
    private const int Rows = 64;
    private const int WarmUp = 20;
    private const long LeastBytes = 300_000;

    // Of the seed that step sizes are chosen on: another than those that are told of.
    private const ulong TuningSeed = 1_000_001;

    private static readonly double[] Rates = [0.001, 0.003, 0.01];

    private static readonly ReweightingArm[] Arms =
    [
        ReweightingArm.Uniform,
        .. new[] { ReweightingStrategy.LinUpper, ReweightingStrategy.Quadratic, ReweightingStrategy.Extremes, ReweightingStrategy.KlDro }
            .SelectMany(strategy => new[] { 1, 0.4 }.Select(temperature => new ReweightingArm(strategy, temperature))),
        new(ReweightingStrategy.LinUpper, 0.4, ReturnsToUniform: true),
    ];

    /// <inheritdoc/>
    public string Name => "text";

    /// <inheritdoc/>
    public int DefaultSeeds => 5;

    /// <inheritdoc/>
    public ReweightingFindings Run(ReweightingStudySettings settings, Action<string> say, CancellationToken cancellation)
    {
        var documents = Documents(settings);
        var runs = new Dictionary<(ReweightingArm, double, ulong), TextRun>();
        RunAll([.. from rate in Rates from arm in Arms select (arm, rate, TuningSeed)]);
        var best = Arms.ToDictionary(arm => arm, arm => Rates.MinBy(rate => ReweightingStudySettings.Worst(runs[(arm, rate, TuningSeed)].LateLoss)));
        ulong[] seeds = [.. Enumerable.Range(0, settings.SeedsOf(this)).Select(seed => settings.FirstSeed + (ulong)seed)];
        RunAll([.. from seed in seeds from arm in Arms select (arm, best[arm], seed)]);
        TextScore[] scores = [.. Arms.Select(arm => new TextScore(arm, best[arm], [.. seeds.Select(seed => runs[(arm, best[arm], seed)])]))];
        return new ReweightingFindings(Markdown(scores, documents, settings), [.. scores.Select(score => Row(score, scores, settings.TextBytes))], [("text.png", Curves(scores, settings.TextBytes))]);

        // One after the other: the time of a run is that of the process.
        void RunAll((ReweightingArm Arm, double Rate, ulong Seed)[] wanted)
        {
            foreach (var run in wanted)
            {
                var found = TextRun.Of(documents, Settings(run.Arm, run.Rate, settings.TextBytes), Context, settings.TextBytes, run.Seed, cancellation);
                runs[run] = found;
                say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"text, {run.Arm.Name}, step size {run.Rate}, seed {run.Seed}: late perplexity {Math.Exp(found.LateLoss):0.000} after {found.Seconds:0} s"));
            }
        }
    }

    /// <inheritdoc/>
    public void Check(ReweightingStudySettings settings)
    {
        Documents(settings);
        if (settings.TextBytes < LeastBytes)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--text-bytes is {settings.TextBytes}; expected at least {LeastBytes}: each twentieth of a run has to bring steps on texts of every domain."));
        }
    }

    private static MixedTexts Documents(ReweightingStudySettings settings) => MixedTexts.Read(settings.Folder)
        ?? throw new UsageException($"--data is '{settings.Folder}'; expected a folder with texts such as {Path.Combine(settings.Folder, MixedTexts.Example)}.");

    /// <summary>Training steps of a run: nearly, for sequences are not all full.</summary>
    private static long StepsOf(long bytes) => Math.Max(WarmUp + 1, bytes / (Context * Rows));

    private static Dictionary<string, string> Settings(ReweightingArm arm, double learningRate, long bytes)
    {
        var steps = StepsOf(bytes);
        var temperature = arm.Scheduled(steps).Temperature;
        return new Dictionary<string, string>
        {
            ["layers"] = "2", ["heads"] = "4", ["width"] = "64", ["batch-rows"] = Text(Rows), ["batch-records"] = "100000",
            ["learning-rate"] = Text(learningRate), ["warm-up"] = Text(WarmUp), ["cosine-steps"] = Text(steps - WarmUp),
            ["reweighting"] = arm.Scheduled(1).StrategyName, ["temperature"] = Text(temperature.Final), ["temperature-start"] = Text(temperature.Start),
            ["burn-in"] = Text(temperature.BurnIn), ["temperature-decay"] = Text(temperature.DecaySteps), ["uniform-from"] = Text(temperature.UniformFrom),
        };

        static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private static string Markdown(TextScore[] scores, MixedTexts documents, ReweightingStudySettings settings)
    {
        var text = new StringBuilder();
        text.AppendLine("### Language model").AppendLine();
        text.AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $"`gpt` with 2 layers, 4 heads, width 64 on bytes, {Rows} sequences of up to {Context} tokens a step, AdamW, warm-up of {WarmUp} steps, cosine to a tenth; {settings.TextBytes} bytes of text, about {StepsOf(settings.TextBytes)} steps; domains "
            + $"{string.Join(", ", documents.Domains)}, drawn alike, document by document of {MixedTexts.DocumentBytes} bytes and more. {scores[0].Runs.Count} seeds from {settings.FirstSeed} on, mean ± population standard deviation; "
            + $"the step size is each row's best of {string.Join(", ", Rates.Select(rate => rate.ToString(CultureInfo.InvariantCulture)))} on another seed. Perplexity for each byte, without weights, of each sequence before it was learned; the mean over domains (e to the mean of their losses). *Late*: the last fifth of the run. "
            + $"*Equal time*: the fifth before the moment at which the fastest row of the seed had finished, in seconds of processor time. **Bold**: lower loss than uniform's, seed by seed (Student's t, 5 %, of which one in twenty stands out by chance); *italic*: higher by as much.")).AppendLine();
        var fastest = Fastest(scores);
        var table = new MarkdownTable(["weights", "step size", "whole run", "late", "late, equal time", "late, worst domain", "seconds"]);
        foreach (var score in scores)
        {
            var mark = Mark(score == scores[0] ? 0 : score.Against(scores[0]));
            var markWithin = Mark(score == scores[0] ? 0 : score.AgainstWithin(scores[0], fastest));
            table.Add([
                score.Arm.Name, score.LearningRate.ToString(CultureInfo.InvariantCulture), score.Perplexity(run => run.Loss(-1, run.Marks.Count - 1)).Text("0.000"),
                $"{mark}{score.Perplexity(run => run.LateLoss).Text("0.000")}{mark}", $"{markWithin}{score.PerplexityWithin(fastest).Text("0.000")}{markWithin}",
                score.Perplexity(run => run.LateWorstLoss).Text("0.000"), score.Of(run => run.Seconds).Text("0"),
            ]);
        }

        table.WriteTo(text);
        text.AppendLine().AppendLine("Mean weight, times M, that sequences of each domain were given over the run:").AppendLine();
        var weights = new MarkdownTable(["weights", .. documents.Domains]);
        foreach (var score in scores)
        {
            weights.Add([score.Arm.Name, .. documents.Domains.Select(domain => score.Of(run => run.Marks[^1].Weights.GetValueOrDefault(domain, double.NaN)).Text("0.00"))]);
        }

        weights.WriteTo(text);
        return text.ToString();

        static string Mark(int sign) => sign switch { < 0 => "**", > 0 => "*", _ => "" };
    }

    /// <summary>Of each seed, when its first row had finished.</summary>
    private static double[] Fastest(TextScore[] scores) => [.. Enumerable.Range(0, scores[0].Runs.Count).Select(seed => scores.Min(score => score.Runs[seed].Seconds))];

    private static Plot Curves(TextScore[] scores, long bytes)
    {
        var plot = new Plot();
        foreach (var score in scores)
        {
            var marks = score.Runs[0].Marks.Count;
            var line = plot.Add.ScatterLine(
                Enumerable.Range(1, marks).Select(mark => (double)mark / marks * bytes / 1000).ToArray(),
                Enumerable.Range(0, marks).Select(mark => score.Perplexity(run => run.Loss(mark - 1, mark)).Mean).ToArray());
            line.LegendText = score.Arm.Name;
            line.LineWidth = score.Arm == ReweightingArm.Uniform ? 3 : 1.5f;
        }

        plot.XLabel("thousands of bytes");
        plot.YLabel(FormattableString.Invariant($"perplexity, mean over domains, {scores[0].Runs.Count} seeds"));
        plot.Title("Language model on a mixture of texts, before each sequence is learned");
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    private static JsonObject Row(TextScore score, TextScore[] scores, long bytes) => new()
    {
        ["study"] = "text",
        ["bytes"] = bytes,
        ["weights"] = score.Arm.Name,
        ["learning_rate"] = score.LearningRate,
        ["perplexity_mean"] = score.Perplexity(run => run.Loss(-1, run.Marks.Count - 1)).Mean,
        ["late_perplexity_mean"] = score.Perplexity(run => run.LateLoss).Mean,
        ["late_perplexity_sd"] = score.Perplexity(run => run.LateLoss).Deviation,
        ["equal_time_perplexity_mean"] = score.PerplexityWithin(Fastest(scores)).Mean,
        ["late_worst_domain_mean"] = score.Perplexity(run => run.LateWorstLoss).Mean,
        ["seconds_mean"] = score.Of(run => run.Seconds).Mean,
    };
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using StreamLearn.Cli.Commands;
using StreamLearn.Learners;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Supervised;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>Classification of tabular sets, with right and with wrong labels, and of streams that drift: the task's network with each choice of weights, each with its own step size.</summary>
internal sealed class TabularStudy : IReweightingStudy
{
    private const string Learner = "mlp-classifier";
    private const int TuningSeeds = 2;

    // Of the seeds that step sizes are chosen on: others than those that are told of.
    private const ulong FirstTuningSeed = 1_000_001;

    private static readonly double[] Rates = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3];

    /// <inheritdoc/>
    public string Name => "tabular";

    /// <inheritdoc/>
    public int DefaultSeeds => 5;

    /// <inheritdoc/>
    public ReweightingFindings Run(ReweightingStudySettings settings, Action<string> say, CancellationToken cancellation)
    {
        var data = Data(settings);
        TabularCase[] cases = [.. TabularCase.All.Where(one => data.ContainsKey(one.Set))];
        var scores = new ConcurrentBag<TabularScore>();
        foreach (var one in cases)
        {
            Parallel.ForEach(
                ReweightingArm.All, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount },
                arm => scores.Add(ScoreOf(one, arm, data[one.Set], settings)));
            say(string.Create(CultureInfo.InvariantCulture, $"{one.Set.Name}, {100 * one.Noise:0} % wrong labels, {one.Feeding.Name}: {ReweightingArm.All.Count} rows"));
        }

        TabularScore[] ordered = [.. scores.OrderBy(score => Array.IndexOf(cases, score.Case)).ThenBy(score => ReweightingArm.All.ToList().IndexOf(score.Arm))];
        return new ReweightingFindings(Markdown(ordered, cases, settings.SeedsOf(this), settings.FirstSeed), [.. ordered.Select(Row)], []);
    }

    /// <inheritdoc/>
    public void Check(ReweightingStudySettings settings)
    {
        var folder = FolderOf(settings);
        if (!TabularCase.All.Any(one => File.Exists(FileOf(folder, one.Set))))
        {
            throw new UsageException($"--data is '{settings.Folder}'; expected a folder with tabular files such as {FileOf(folder, StreamSet.Steady[0])}.");
        }
    }

    private static string FolderOf(ReweightingStudySettings settings) => Path.Combine(settings.Folder, "tabular");

    private Dictionary<StreamSet, TabularData> Data(ReweightingStudySettings settings)
    {
        Check(settings);
        var folder = FolderOf(settings);
        return TabularCase.All.Select(one => one.Set).Distinct().Where(set => File.Exists(FileOf(folder, set))).ToDictionary(set => set, set => TabularFile.Read(FileOf(folder, set)));
    }

    /// <summary>The learner with an arm's weights for a run of so many rows.</summary>
    internal static LearnerChoice Choice(ReweightingArm arm, TabularFeeding feeding, int rows, double learningRate)
    {
        var temperature = arm.Scheduled(rows / feeding.NewRows).Temperature;
        return new LearnerChoice(
            LearnerCatalog.Find(SupervisedTask.Classify, Learner)!,
            new OptionSet("learner", new Dictionary<string, string>
            {
                ["optimizer"] = "adam",
                ["learning-rate"] = Text(learningRate),
                ["batch"] = Text(feeding.NewRows),
                ["replay"] = feeding.ReplayedRows == 0 ? "none" : "reservoir",
                ["replay-rows"] = Text(Math.Max(1, feeding.ReplayedRows)),
                ["reweighting"] = arm.Scheduled(1).StrategyName,
                ["temperature"] = Text(temperature.Final),
                ["temperature-start"] = Text(temperature.Start),
                ["burn-in"] = Text(temperature.BurnIn),
                ["temperature-decay"] = Text(temperature.DecaySteps),
                ["uniform-from"] = Text(temperature.UniformFrom),
            }));

        static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private static string FileOf(string folder, StreamSet set) => Path.Combine(folder, $"{set.Name}.csv.gz");

    private TabularScore ScoreOf(TabularCase one, ReweightingArm arm, TabularData data, ReweightingStudySettings settings)
    {
        var rows = TabularRun.RowsOf(one.Set, data);
        var best = Rates.MinBy(rate => ReweightingStudySettings.Worst(Enumerable.Range(0, TuningSeeds).Average(seed => RunOf(rate, FirstTuningSeed + (ulong)seed).LogLoss)));
        return new TabularScore(one, arm, best, [.. Enumerable.Range(0, settings.SeedsOf(this)).Select(seed => RunOf(best, settings.FirstSeed + (ulong)seed))]);

        TabularRun RunOf(double rate, ulong seed) => TabularRun.Of(one.Set, data, one.Noise, Choice(arm, one.Feeding, rows, rate), seed);
    }

    private static string Markdown(TabularScore[] scores, TabularCase[] cases, int seeds, ulong firstSeed)
    {
        var text = new StringBuilder();
        text.AppendLine("### Classification").AppendLine();
        text.AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $"`{Learner}` at its defaults but for mini-batches of 64 and the step size, which is each row's best of {string.Join(", ", Rates.Select(rate => rate.ToString(CultureInfo.InvariantCulture)))} by the log-loss of {TuningSeeds} other seeds. One pass: predicted, scored by the true label, then learned with the label given. "
            + $"At most {TabularRun.MostSteadyRows} rows of sets without drift, in an order of each seed's own; drifting sets whole, in their own order, which is also the one that step sizes are chosen on: there the scatter is that of initial weights and replay alone, not of other streams. {seeds} seeds from {firstSeed} on, mean ± population standard deviation. "
            + $"r comes down from 10 after a twentieth of the steps, and has its last value after a fifth of them. **Bold**: better than uniform seed by seed (Student's t, 5 %); *italic*: worse by as much; of all comparisons one in twenty stands out by chance. A step size at an end of the grid is marked with !.")).AppendLine();
        foreach (var feeding in TabularFeeding.All)
        {
            foreach (var noise in new[] { 0, 0.1, 0.2 })
            {
                TabularCase[] steady = [.. cases.Where(one => one.Feeding == feeding && one.Noise == noise && !one.Set.Drifts)];
                var title = string.Create(CultureInfo.InvariantCulture, $"{100 * noise:0} % wrong labels; {feeding.Name}");
                Table(text, $"Log-loss, {title}", scores, steady, run => run.LogLoss, spread => spread.Text("0.000"));
                Table(text, $"Wrong classes in per cent, {title}", scores, steady, run => run.Error, Percent);
                StepSizes(text, $"Step sizes, {title}", scores, steady);
            }

            TabularCase[] drifting = [.. cases.Where(one => one.Feeding == feeding && one.Set.Drifts)];
            Table(text, $"Log-loss, drifting sets; {feeding.Name}", scores, drifting, run => run.LogLoss, spread => spread.Text("0.000"));
            Table(text, $"Wrong classes in per cent, drifting sets; {feeding.Name}", scores, drifting, run => run.Error, Percent);
            StepSizes(text, $"Step sizes, drifting sets; {feeding.Name}", scores, drifting);
            Table(
                text, $"Wrong classes in per cent in the tenth of the rows after each known drift; {feeding.Name}", scores,
                [.. drifting.Where(one => one.Set.DriftEvery > 0)], run => run.ErrorAfterDrifts, Percent);
        }

        Count(text, "log-loss", run => run.LogLoss, scores, cases);
        text.AppendLine();
        Count(text, "share of wrong classes", run => run.Error, scores, cases);
        return text.ToString();

        static string Percent(Spread share) => new Spread(100 * share.Mean, 100 * share.Deviation).Text("0.0");
    }

    private static void Table(StringBuilder text, string title, TabularScore[] scores, TabularCase[] columns, Func<TabularRun, double> number, Func<Spread, string> cell)
    {
        if (columns.Length == 0)
        {
            return;
        }

        text.AppendLine($"{title}:").AppendLine();
        var table = new MarkdownTable(["weights", .. columns.Select(column => column.Set.Name)]);
        foreach (var arm in ReweightingArm.All)
        {
            table.Add([
                arm.Name,
                .. columns.Select(column =>
                {
                    var score = Of(scores, column, arm);
                    var mark = arm == ReweightingArm.Uniform ? "" : score.Against(Of(scores, column, ReweightingArm.Uniform), number) switch { < 0 => "**", > 0 => "*", _ => "" };
                    return $"{mark}{cell(Spread.Of([.. score.Runs.Select(number)]))}{mark}";
                }),
            ]);
        }

        table.WriteTo(text);
        text.AppendLine();
    }

    private static void StepSizes(StringBuilder text, string title, TabularScore[] scores, TabularCase[] columns)
    {
        if (columns.Length == 0)
        {
            return;
        }

        text.AppendLine($"{title}:").AppendLine();
        var table = new MarkdownTable(["weights", .. columns.Select(column => column.Set.Name)]);
        foreach (var arm in ReweightingArm.All)
        {
            table.Add([arm.Name, .. columns.Select(column => Of(scores, column, arm).LearningRate).Select(rate => rate.ToString(CultureInfo.InvariantCulture) + (rate == Rates[0] || rate == Rates[^1] ? " !" : ""))]);
        }

        table.WriteTo(text);
        text.AppendLine();
    }

    private static void Count(StringBuilder text, string name, Func<TabularRun, double> number, TabularScore[] scores, TabularCase[] cases)
    {
        text.AppendLine($"In how many of the cases the {name} is better than uniform's / worse, by more than chance (of which, where there is no difference, one in forty would be on each side):").AppendLine();
        (string Name, Func<TabularCase, bool> Is)[] groups =
        [
            .. new[] { 0, 0.1, 0.2 }.Select(noise => (string.Create(CultureInfo.InvariantCulture, $"{100 * noise:0} % wrong"), (Func<TabularCase, bool>)(one => !one.Set.Drifts && one.Noise == noise))),
            ("drifting", one => one.Set.Drifts),
        ];
        var table = new MarkdownTable(["weights", .. groups.Select(group => $"{group.Name} ({cases.Count(group.Is)})")]);
        foreach (var arm in ReweightingArm.All.Skip(1))
        {
            table.Add([
                arm.Name,
                .. groups.Select(group =>
                {
                    int[] signs = [.. cases.Where(group.Is).Select(one => Of(scores, one, arm).Against(Of(scores, one, ReweightingArm.Uniform), number))];
                    return $"{signs.Count(sign => sign < 0)} / {signs.Count(sign => sign > 0)}";
                }),
            ]);
        }

        table.WriteTo(text);
    }

    private static TabularScore Of(TabularScore[] scores, TabularCase one, ReweightingArm arm) => scores.Single(score => score.Case == one && score.Arm == arm);

    private static JsonObject Row(TabularScore score) => new()
    {
        ["study"] = "tabular",
        ["set"] = score.Case.Set.Name,
        ["wrong_labels"] = score.Case.Noise,
        ["batch"] = score.Case.Feeding.Name,
        ["weights"] = score.Arm.Name,
        ["learning_rate"] = score.LearningRate,
        ["log_loss_mean"] = score.LogLoss.Mean,
        ["log_loss_sd"] = score.LogLoss.Deviation,
        ["late_log_loss_mean"] = score.LateLogLoss.Mean,
        ["error_mean"] = score.Error.Mean,
        ["error_sd"] = score.Error.Deviation,
        ["error_after_drifts_mean"] = double.IsFinite(score.ErrorAfterDrifts.Mean) ? score.ErrorAfterDrifts.Mean : null,
    };
}

using System.CommandLine;
using System.Text.Json.Nodes;
using StreamLearn.Cli.Experiments.DriftDetectors;
using StreamLearn.Cli.Experiments.LinkFailure;
using StreamLearn.Cli.Output;
using StreamLearn.Learners.Drift;

namespace StreamLearn.Cli.Commands;

/// <summary><c>experiment</c>: a study with several learners and seeds, its tables and plots.</summary>
internal static class ExperimentCommand
{
    private const string Report = "link-failure.md";

    internal static Command Create() => new("experiment", "A study: several learners and seeds, tables and plots.") { LinkFailure(), DriftDetectors(), BanditExperimentCommand.Create(), ReweightingExperimentCommand.Create(), ReplayRatioExperimentCommand.Create() };

    private static Command LinkFailure()
    {
        var topology = new Option<string>("--topology")
        {
            Description = "european or abilene, with simulated demands unless --demands says otherwise (default: european)", HelpName = "NAME",
            DefaultValueFactory = _ => "european",
        };
        topology.AcceptOnlyFromAmong([.. Simulation.Networks.Topology.BuiltInNames]);
        var demands = Texts("--demands", "FILE", "measured traffic matrices instead of simulated demands; may be repeated, in order of time");
        var topologyFile = Text("--topology-file", "FILE", "", "with --demands: the topology file of the Abilene network that they are routed over");
        var seeds = Count("--seeds", 5, "how many seeds, of demands, failures and learners");
        var seed = Count("--seed", 1, "the first of them", most: int.MaxValue);
        var failures = Count("--failures", 4, "failures for each seed, one by one, at different hours", most: 288);
        var links = Count("--links-per-class", 12, "links of each class and seed that are looked at, at most");
        var before = Count("--days-before", 14, "days without failure, which the models learn on", most: 366);
        var after = Count("--days-after", 7, "days from the failure on, at most", most: 366);
        var above = new Option<double>("--alert-above")
        {
            Description = "share of its capacity above which a link's load is to be announced (default: 0.8)", HelpName = "N", DefaultValueFactory = _ => 0.8,
        };
        var models = Texts("--model", "NAME", "only this model; may be repeated (default: all)");
        var output = Text("--output", "FOLDER", "link-failure", "where tables and plots go");
        var json = new Option<bool>("--json") { Description = "make the last line of standard output one JSON object" };
        var command = new Command(
            "link-failure", "Link loads through failures: liquid networks against networks that are fitted again, and others. Writes link-failure.md and plots.")
        {
            topology, demands, topologyFile, seeds, seed, failures, links, before, after, above, models, output, json,
        };
        command.Handle((parsed, interruption) =>
        {
            var settings = new LinkFailureSettings
            {
                Topology = parsed.GetValue(topology)!,
                Demands = parsed.GetValue(demands)!,
                TopologyFile = parsed.GetValue(topologyFile)!,
                Seeds = parsed.GetValue(seeds),
                FirstSeed = (ulong)parsed.GetValue(seed),
                Failures = parsed.GetValue(failures),
                PairsPerClass = parsed.GetValue(links),
                DaysBefore = parsed.GetValue(before),
                DaysAfter = parsed.GetValue(after),
                AlertAbove = parsed.GetValue(above),
                Models = parsed.GetValue(models)!,
            };
            if (!(settings.AlertAbove > 0 && settings.AlertAbove < 100))
            {
                throw new UsageException(FormattableString.Invariant($"--alert-above is {settings.AlertAbove}; expected a number above 0 and below 100."));
            }

            if (settings.TopologyFile.Length > 0 && settings.Demands.Count == 0)
            {
                throw new UsageException("--topology-file stands without --demands; expected traffic matrices.");
            }

            var experiment = new LinkFailureExperiment(settings);
            var folder = OutputFolder(parsed.GetValue(output)!, Report);
            var result = experiment.Run(message => People.Say(message), interruption.Token);
            File.WriteAllText(Path.Combine(folder, Report), new LinkFailureReport(result).Markdown());
            new LinkFailurePlots(result).Write(folder);
            People.Say($"tables and plots are in {folder}");
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(PipelineSummary.Line(LinkFailureJson.Of(result)));
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    /// <summary>The folder, made now: what cannot be written is to be known before the work.</summary>
    internal static string OutputFolder(string path, string report)
    {
        try
        {
            var folder = Directory.CreateDirectory(path).FullName;
            File.WriteAllText(Path.Combine(folder, report), "");
            return folder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--output is '{path}'; expected a folder that can be written to. {exception.Message}");
        }
    }

    private static Command DriftDetectors()
    {
        var seeds = Count("--seeds", 20, "how many seeds of each stream");
        var links = Count("--link-seeds", 3, "how many simulated backbones with a failure");
        var json = new Option<bool>("--json") { Description = "make the last line of standard output one JSON object" };
        var command = new Command(
            "drift-detectors", "Drift detectors on streams with known drifts, and on a liquid network's errors through a link failure: delay, misses, false alarms.")
        {
            seeds, links, json,
        };
        command.Handle(async (parsed, interruption) =>
        {
            var (rows, alarms) = await Task.Run(
                () => (DriftReport.Measure(DriftReport.Seeds(parsed.GetValue(seeds))), LinkLoadAlarms.Measure(parsed.GetValue(links))), interruption.Token)
                .WaitAsync(interruption.Token);
            Console.Out.WriteLine(DriftReport.Markdown(rows));
            Console.Out.WriteLine(LinkLoadAlarms.Markdown(alarms));
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(PipelineSummary.Line(new JsonObject
                {
                    ["experiment"] = "drift-detectors",
                    ["rows"] = new JsonArray([.. rows.Select(Row)]),
                    ["link_loads"] = new JsonArray([.. alarms.Select(Row)]),
                }));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static JsonNode Row(DriftReportRow row)
    {
        return new JsonObject
        {
            ["detector"] = row.Detector,
            ["stream"] = row.Scenario,
            ["seeds"] = row.Seeds,
            ["drifts"] = row.Drifts,
            ["misses"] = row.Misses,
            ["delay_mean"] = Number(row.Delay),
            ["delay_sd"] = Number(row.DelayDeviation),
            ["false_alarms_per_10000_mean"] = Number(row.FalseAlarms),
            ["false_alarms_per_10000_sd"] = Number(row.FalseAlarmsDeviation),
        };
    }

    private static JsonNode Row(LinkLoadAlarms.Row row) => new JsonObject
    {
        ["detector"] = row.Detector,
        ["horizon"] = row.Horizon,
        ["drastic"] = row.Drastic,
        ["drastic_found"] = row.DrasticFound,
        ["moderate"] = row.Moderate,
        ["moderate_found"] = row.ModerateFound,
        ["delay_mean"] = Number(row.Delay),
        ["other_alarms_per_link_and_week"] = row.FalseAlarms,
    };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    internal static Option<int> Count(string name, int fallback, string description, int most = 1000)
    {
        var option = new Option<int>(name) { Description = $"{description} (default: {fallback})", HelpName = "N", DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out var count) && count >= 1 && count <= most))
            {
                result.AddError($"{name} is '{token.Value}'; expected a whole number from 1 to {most}.");
            }
        });
        return option;
    }

    internal static Option<string> Text(string name, string helpName, string fallback, string description) => new(name)
    {
        Description = fallback.Length > 0 ? $"{description} (default: {fallback})" : description, HelpName = helpName, DefaultValueFactory = _ => fallback,
    };

    internal static Option<string[]> Texts(string name, string helpName, string description) => new(name)
    {
        Description = description, HelpName = helpName, DefaultValueFactory = _ => [],
    };
}

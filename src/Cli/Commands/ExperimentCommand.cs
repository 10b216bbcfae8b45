using System.CommandLine;
using StreamLearn.Cli.Experiments.LinkFailure;
using StreamLearn.Cli.Output;

namespace StreamLearn.Cli.Commands;

/// <summary><c>experiment</c>: a study with several learners and seeds, its tables and plots.</summary>
internal static class ExperimentCommand
{
    internal static Command Create() => new("experiment", "A study: several learners and seeds, tables and plots.") { LinkFailure() };

    private static Command LinkFailure()
    {
        var topology = new Option<string>("--topology") { Description = "european or abilene, with simulated demands (default: european)", HelpName = "NAME", DefaultValueFactory = _ => "european" };
        topology.AcceptOnlyFromAmong([.. Simulation.Networks.Topology.BuiltInNames]);
        var demands = new Option<string[]>("--demands") { Description = "measured traffic matrices of the Abilene network instead of simulated ones; may be repeated", HelpName = "FILE", DefaultValueFactory = _ => [] };
        var topologyFile = new Option<string>("--topology-file") { Description = "with --demands: the topology that they are routed over", HelpName = "FILE", DefaultValueFactory = _ => "" };
        var seeds = new Option<int>("--seeds") { Description = "how many seeds (default: 5)", HelpName = "N", DefaultValueFactory = _ => 5 };
        var seed = new Option<ulong>("--seed") { Description = "the first of them (default: 1)", HelpName = "N", DefaultValueFactory = _ => 1 };
        var failures = new Option<int>("--failures") { Description = "failures for each seed (default: 4)", HelpName = "N", DefaultValueFactory = _ => 4 };
        var pairs = new Option<int>("--links-per-class") { Description = "links of each class and seed that are looked at, at most (default: 12)", HelpName = "N", DefaultValueFactory = _ => 12 };
        var before = new Option<int>("--days-before") { Description = "days without failure (default: 14)", HelpName = "N", DefaultValueFactory = _ => 14 };
        var after = new Option<int>("--days-after") { Description = "days from the failure on, at most (default: 7)", HelpName = "N", DefaultValueFactory = _ => 7 };
        var models = new Option<string[]>("--model") { Description = "only this model; may be repeated (default: all)", HelpName = "NAME", DefaultValueFactory = _ => [] };
        var output = new Option<string>("--output") { Description = "folder of tables and plots (default: link-failure)", HelpName = "FOLDER", DefaultValueFactory = _ => "link-failure" };
        var json = new Option<bool>("--json") { Description = "make the last line of standard output one JSON object" };
        var command = new Command("link-failure", "Link loads through failures: liquid networks against incremental learning.")
        {
            topology, demands, topologyFile, seeds, seed, failures, pairs, before, after, models, output, json,
        };
        command.Handle((parsed, interruption) =>
        {
            var result = new LinkFailureExperiment(new LinkFailureSettings
            {
                Topology = parsed.GetValue(topology)!,
                Demands = parsed.GetValue(demands)!,
                TopologyFile = parsed.GetValue(topologyFile)!,
                Seeds = parsed.GetValue(seeds),
                FirstSeed = parsed.GetValue(seed),
                Failures = parsed.GetValue(failures),
                PairsPerClass = parsed.GetValue(pairs),
                DaysBefore = parsed.GetValue(before),
                DaysAfter = parsed.GetValue(after),
                Models = parsed.GetValue(models)!,
            }).Run(message => People.Say(message), interruption.Token);
            var folder = Directory.CreateDirectory(parsed.GetValue(output)!).FullName;
            File.WriteAllText(Path.Combine(folder, "link-failure.md"), new LinkFailureReport(result).Markdown());
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}

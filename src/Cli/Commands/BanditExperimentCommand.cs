using System.CommandLine;
using StreamLearn.Cli.Experiments.Bandits;
using StreamLearn.Cli.Output;

namespace StreamLearn.Cli.Commands;

/// <summary><c>experiment bandits</c>: all learners of bandits on all tabular sets.</summary>
internal static class BanditExperimentCommand
{
    private const string Report = "bandits.md";

    internal static Command Create()
    {
        var data = ExperimentCommand.Text("--data", "FOLDER", Path.Combine("..", "shared", "data", "tabular"), "folder of the tabular sets, NAME.csv.gz; those that are not there are left out");
        var seeds = ExperimentCommand.Count("--seeds", 5, "how many seeds, of the order of rows and of the learners");
        var seed = ExperimentCommand.Count("--seed", 1, "the first of them", most: int.MaxValue);
        var rounds = ExperimentCommand.Count("--rounds", 10_000, "rounds, where a set has as many rows", most: 100_000_000);
        var extra = new Option<bool>("--extra") { Description = "also on sets that are not in the tables of others: phishing, mnist10k" };
        var sets = ExperimentCommand.Texts("--dataset", "NAME", "only this set; may be repeated (default: all)");
        var learners = ExperimentCommand.Texts("--learner", "NAME", "only this row; may be repeated (default: all)");
        var output = new Option<string>("--output", "--out") { Description = "where tables and plots go (default: bandits)", HelpName = "FOLDER", DefaultValueFactory = _ => "bandits" };
        var json = new Option<bool>("--json") { Description = "make the last line of standard output one JSON object" };
        var command = new Command(
            "bandits", "Bandits on tabular sets: networks, linear models and other explorers, with and without perturbed predictions. Writes bandits.md and plots.")
        {
            data, seeds, seed, rounds, extra, sets, learners, output, json,
        };
        command.Handle((parsed, interruption) =>
        {
            var study = new BanditStudy(new BanditStudySettings
            {
                Folder = parsed.GetValue(data)!,
                Seeds = parsed.GetValue(seeds),
                FirstSeed = (ulong)parsed.GetValue(seed),
                Rounds = parsed.GetValue(rounds),
                WithExtra = parsed.GetValue(extra),
                Sets = parsed.GetValue(sets)!,
                Learners = parsed.GetValue(learners)!,
            });
            var folder = ExperimentCommand.OutputFolder(parsed.GetValue(output)!, Report);
            var result = study.Run(message => People.Say(message), TimeProvider.System, interruption.Token);
            File.WriteAllText(Path.Combine(folder, Report), new BanditStudyReport(result).Markdown());
            new BanditStudyPlots(result).Write(folder);
            People.Say($"tables and plots are in {folder}");
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(PipelineSummary.Line(BanditStudyJson.Of(result)));
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}

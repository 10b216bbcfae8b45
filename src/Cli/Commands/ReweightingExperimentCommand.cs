using System.CommandLine;
using System.Text.Json.Nodes;
using StreamLearn.Cli.Experiments.Reweighting;
using StreamLearn.Cli.Output;

namespace StreamLearn.Cli.Commands;

/// <summary><c>experiment reweighting</c>: when does weighing samples by their losses pay?</summary>
internal static class ReweightingExperimentCommand
{
    private const string Report = "reweighting.md";

    internal static Command Create()
    {
        var parts = ExperimentCommand.Texts(
            "--part", "NAME", $"only this part; may be repeated: {string.Join(", ", ReweightingExperiment.Studies.Select(study => study.Name))} (default: all)");
        var data = ExperimentCommand.Text("--data", "FOLDER", Path.Combine("..", "shared", "data"), "folder of the shared data sets");
        var seeds = new Option<int?>("--seeds")
        {
            Description = "how many seeds, of data, order and learners (default: "
                + $"{string.Join(", ", ReweightingExperiment.Studies.Select(study => $"{study.DefaultSeeds} for {study.Name}"))})",
            HelpName = "N",
        };
        seeds.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out var count) && count is >= 1 and <= 1000))
            {
                result.AddError($"--seeds is '{token.Value}'; expected a whole number from 1 to 1000.");
            }
        });
        var seed = ExperimentCommand.Count("--seed", 1, "the first of them", most: int.MaxValue);
        var bytes = ExperimentCommand.Count("--text-bytes", 1_000_000, "bytes of text that a language model is trained on, nearly", most: int.MaxValue);
        var output = ExperimentCommand.Text("--output", "FOLDER", "reweighting", "where tables and plots go");
        var json = new Option<bool>("--json") { Description = "make the last line of standard output one JSON object" };
        var command = new Command(
            "reweighting", "Loss-based sample reweighting against uniform weights, both with their own best step size, scored without weights. Writes reweighting.md and plots.")
        {
            parts, data, seeds, seed, bytes, output, json,
        };
        command.Handle((parsed, interruption) =>
        {
            var settings = new ReweightingStudySettings
            {
                Folder = parsed.GetValue(data)!, Seeds = parsed.GetValue(seeds), FirstSeed = (ulong)parsed.GetValue(seed),
                TextBytes = parsed.GetValue(bytes),
            };
            var folder = ExperimentCommand.OutputFolder(parsed.GetValue(output)!, Report);
            var rows = new List<JsonObject>();
            foreach (var finding in ReweightingExperiment.Run(parsed.GetValue(parts)!, settings, message => People.Say(message), interruption.Token))
            {
                // Each part when it is done: hours of it are not to be lost with a later one.
                File.AppendAllText(Path.Combine(folder, Report), (rows.Count > 0 ? Environment.NewLine : "") + finding.Markdown);
                rows.AddRange(finding.Rows);
                foreach (var (file, plot) in finding.Plots)
                {
                    plot.SavePng(Path.Combine(folder, file), 1000, 550);
                    plot.Dispose();
                }
            }

            People.Say($"tables and plots are in {folder}");
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(PipelineSummary.Line(new JsonObject
                {
                    ["experiment"] = "reweighting",
                    ["first_seed"] = settings.FirstSeed,
                    ["rows"] = new JsonArray([.. rows]),
                }));
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using StreamLearn.Cli.Experiments.ReplayRatio;
using StreamLearn.Cli.Output;

namespace StreamLearn.Cli.Commands;

/// <summary><c>experiment replay-ratio</c>: how many updates should an agent step have?</summary>
internal static class ReplayRatioExperimentCommand
{
    private const string Report = "replay-ratio.md";

    internal static Command Create()
    {
        var worlds = ExperimentCommand.Texts("--world", "NAME", $"a world; may be repeated: {string.Join(", ", Simulation.Control.ControlWorlds.Names)} (default: pendulum-swingup)");
        var steps = ExperimentCommand.Count("--steps", 200_000, "agent steps of a run", most: int.MaxValue);
        var seeds = ExperimentCommand.Count("--seeds", 5, "how many seeds, of worlds and learners");
        var seed = ExperimentCommand.Count("--seed", 1, "the first of them", most: int.MaxValue);
        var hidden = ExperimentCommand.Count("--hidden", 64, "width of both hidden layers", most: 4096);
        var batch = ExperimentCommand.Count("--batch", 64, "windows of an update", most: 4096);
        var output = ExperimentCommand.Text("--output", "FOLDER", "replay-ratio", "where tables and plots go");
        var json = new Option<bool>("--json") { Description = "make the last line of standard output one JSON object" };
        var command = new Command(
            "replay-ratio", "Reinforcement learning with fixed replay ratios, with one that is steered by the critic's plasticity, and with resets. Writes replay-ratio.md and plots.")
        {
            worlds, steps, seeds, seed, hidden, batch, output, json,
        };
        command.Handle((parsed, interruption) =>
        {
            var settings = new ReplayRatioSettings
            {
                Worlds = parsed.GetValue(worlds) is { Length: > 0 } named ? [.. named.Distinct()] : ["pendulum-swingup"],
                Steps = parsed.GetValue(steps),
                Seeds = parsed.GetValue(seeds),
                FirstSeed = (ulong)parsed.GetValue(seed),
                Hidden = parsed.GetValue(hidden),
                Batch = parsed.GetValue(batch),
            };
            var folder = ExperimentCommand.OutputFolder(parsed.GetValue(output)!, Report);
            var result = ReplayRatioExperiment.Run(settings, message => People.Say(message), interruption.Token);
            var report = new ReplayRatioReport(result);
            File.WriteAllText(Path.Combine(folder, Report), report.Markdown());
            new ReplayRatioPlots(result).Write(folder);
            People.Say($"tables and plots are in {folder}");
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(PipelineSummary.Line(new JsonObject
                {
                    ["experiment"] = "replay-ratio",
                    ["steps"] = settings.Steps,
                    ["first_seed"] = settings.FirstSeed,
                    ["rows"] = report.Rows(),
                }));
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}

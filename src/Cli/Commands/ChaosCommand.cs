using System.CommandLine;
using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Chaos;
using StreamLearn.Cli.Output;

namespace StreamLearn.Cli.Commands;

/// <summary><c>chaos</c>: a fault drill on this machine.</summary>
internal static class ChaosCommand
{
    private const int MostRecords = 400_000;

    internal static Command Create()
    {
        var task = new Option<string?>("--task") { Description = "task of the pipeline that is drilled: forecast (default: forecast)", HelpName = "NAME" };
        task.AcceptOnlyFromAmong("forecast");
        var kills = new Option<int?>("--kills") { Description = "how often a node process is killed (default: 20)", HelpName = "N" };
        var records = new Option<int?>("--records") { Description = "records that are produced meanwhile (default: 200000)", HelpName = "N" };
        var mutant = new Option<ProtocolMutant?>("--mutant")
        {
            Description = "break the protocol on purpose, to see that the drill finds it: SkipRewind or CommitBeforePersisted", HelpName = "NAME",
        };
        var command = new Command(
            "chaos",
            "A fault drill: node processes are killed (kill -9), stored rows damaged, brokers taken away, and a second node comes and goes, while records come; "
            + "then the learners are compared with those of an undisturbed run. Everything is on this machine and gone afterwards.")
        {
            task, kills, records, mutant,
        };
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            if (common.HasConfig(parsed) || parsed.GetValue<string[]>("--set") is { Length: > 0 })
            {
                throw new UsageException("chaos takes no --config and no --set: it drills a pipeline of its own.");
            }

            var seed = parsed.GetValue<ulong?>("--seed") ?? 1;
            if (seed > int.MaxValue)
            {
                throw new UsageException($"--seed is {seed}; expected a number from 0 to {int.MaxValue}.");
            }

            var options = new DrillOptions(
                InRange(parsed.GetValue(kills) ?? 20, "--kills", 1, 1000), InRange(parsed.GetValue(records) ?? 200_000, "--records", 1000, MostRecords),
                (int)seed, parsed.GetValue(mutant) ?? ProtocolMutant.None);
            var time = TimeProvider.System;
            var started = time.GetTimestamp();
            var findings = await new ForecastDrill(options, time).RunAsync(interruption.Token);
            var json = findings.ToJson(options, time.GetElapsedTime(started).TotalSeconds);
            foreach (var (name, value) in json)
            {
                People.Say($"{name,-22} {value?.ToString() ?? "-"}");
            }

            if (common.Json(parsed))
            {
                await Console.Out.WriteLineAsync(PipelineSummary.Line(json));
            }

            return findings.Passed(options) ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    /// <summary>The embedded broker keeps some 45,000 records of a partition.</summary>
    private static int InRange(int value, string option, int least, int most) =>
        value >= least && value <= most ? value : throw new UsageException($"{option} is {value}; expected a number from {least} to {most}.");
}

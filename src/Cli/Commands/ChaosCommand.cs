using System.CommandLine;
using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Chaos;
using StreamLearn.Cli.Output;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Cli.Commands;

/// <summary><c>chaos</c>: a fault drill on this machine.</summary>
internal static class ChaosCommand
{
    private const string Forecast = ForecastTask.Name;
    private const string Bandit = BanditTask.Name;

    // The embedded broker keeps 5 MiB of a partition: some 45,000 records of a forecast drill; of a bandit drill the log must be there to its beginning,
    // and some keys share a partition with many.
    private const int MostRecords = 400_000;
    private const int MostContexts = 60_000;

    internal static Command Create()
    {
        var task = new Option<string?>("--task") { Description = "task of the pipeline that is drilled: forecast or bandit (default: forecast)", HelpName = "NAME" };
        task.AcceptOnlyFromAmong(Forecast, Bandit);
        var kills = new Option<int?>("--kills") { Description = "how often a node process is killed (default: 20)", HelpName = "N" };
        var records = new Option<int?>("--records") { Description = "records that are produced meanwhile, contexts of a bandit (default: 200000; bandit: 60000)", HelpName = "N" };
        var mutant = new Option<ProtocolMutant?>("--mutant")
        {
            Description = "break the protocol on purpose, to see that the drill finds it: SkipRewind, CommitBeforePersisted, or, of a bandit, KeepRepeats", HelpName = "NAME",
        };
        var command = new Command(
            "chaos",
            "A fault drill: processes are killed (kill -9), stored rows damaged, brokers taken away, and a second node comes and goes, while records come; "
            + "then the learners are compared with those of an undisturbed run, or of the log read anew. Everything is on this machine and gone afterwards.")
        {
            task, kills, records, mutant, DrillProducerCommands.Contexts(), DrillProducerCommands.Rewards(),
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

            var isBandit = parsed.GetValue(task) == Bandit;
            var most = isBandit ? MostContexts : MostRecords;
            var options = new DrillOptions(
                InRange(parsed.GetValue(kills) ?? 20, "--kills", 1, 1000), InRange(parsed.GetValue(records) ?? Math.Min(200_000, most), "--records", 1000, most),
                (int)seed, parsed.GetValue(mutant) ?? ProtocolMutant.None);
            if (options.Mutant == ProtocolMutant.KeepRepeats && !isBandit)
            {
                throw new UsageException($"--mutant is KeepRepeats, and a drill of {Forecast} copies no records; expected --task {Bandit} with it.");
            }

            var time = TimeProvider.System;
            var started = time.GetTimestamp();
            var findings = await (isBandit
                ? new BanditDrill(options, time).RunAsync(interruption.Token)
                : new ForecastDrill(options, time).RunAsync(interruption.Token));
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

    private static int InRange(int value, string option, int least, int most) =>
        value >= least && value <= most ? value : throw new UsageException($"{option} is {value}; expected a number from {least} to {most}.");
}

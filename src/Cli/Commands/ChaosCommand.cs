using System.CommandLine;
using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Chaos;
using StreamLearn.Cli.Output;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Cli.Commands;

/// <summary><c>chaos</c>: a fault drill on this machine.</summary>
internal static class ChaosCommand
{
    private const string Forecast = ForecastTask.Name;
    private const string Bandit = BanditTask.Name;
    private const string Classify = SupervisedTask.Classify;

    // The embedded broker keeps 5 MiB of a partition: some 45,000 records of a forecast drill; of one that joins the log must be there to its beginning,
    // and some keys share a partition with many.
    private const int MostRecords = 400_000;
    private const int MostExamples = 60_000;

    internal static Command Create()
    {
        var task = new Option<string?>("--task") { Description = $"task of the pipeline that is drilled: {Forecast}, {Bandit} or {Classify} (default: {Forecast})", HelpName = "NAME" };
        task.AcceptOnlyFromAmong(Forecast, Bandit, Classify);
        var kills = new Option<int?>("--kills") { Description = "how often a node process is killed (default: 20; with --nodes: 6)", HelpName = "N" };
        var records = new Option<int?>("--records") { Description = "records that are produced meanwhile, contexts of a bandit, features of classes (default: 200000; bandit, classify: 60000; with --nodes: 40000)", HelpName = "N" };
        var nodes = new Option<int?>("--nodes")
        {
            Description = $"nodes of a cluster, up to {NodeRelay.MostNodes}; 1: each node is a cluster of its own (default: 1)", HelpName = "N",
        };
        var leaves = new Option<int?>("--leaves") { Description = "with --nodes: how often a node is told to leave (default: 3)", HelpName = "N" };
        var suspends = new Option<int?>("--suspends")
        {
            Description = "with --nodes: how often a node is suspended, every second time only briefly (default: 2)", HelpName = "N",
        };
        var cuts = new Option<int?>("--cuts")
        {
            Description = "with --nodes: how often a node is cut off from the others, every second time only briefly (default: 2)", HelpName = "N",
        };
        var apart = new Option<bool>("--roles-apart") { Description = "with --nodes: one node of three reads topics, the others have the learners" };
        var mutant = new Option<ProtocolMutant?>("--mutant")
        {
            Description = "break the protocol on purpose, to see that the drill finds it: SkipRewind, CommitBeforePersisted, or, of a bandit or classes, KeepRepeats", HelpName = "NAME",
        };
        var command = new Command(
            "chaos",
            "A fault drill: processes are killed (kill -9), stored rows damaged, brokers taken away, and a second node comes and goes, while records come; "
            + "then the learners are compared with those of an undisturbed run, or of the log read anew. Everything is on this machine and gone afterwards.")
        {
            task, kills, records, nodes, leaves, suspends, cuts, apart, mutant, DrillProducerCommands.Examples(), DrillProducerCommands.Outcomes(),
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

            var joins = parsed.GetValue(task) is Bandit or Classify;
            var most = joins ? MostExamples : MostRecords;
            var members = InRange(parsed.GetValue(nodes) ?? 1, "--nodes", 1, NodeRelay.MostNodes);
            var isCluster = members > 1;
            var options = new DrillOptions(
                InRange(parsed.GetValue(kills) ?? (isCluster ? 6 : 20), "--kills", isCluster ? 0 : 1, 1000),
                InRange(parsed.GetValue(records) ?? (isCluster ? 40_000 : Math.Min(200_000, most)), "--records", 1000, most),
                (int)seed, parsed.GetValue(mutant) ?? ProtocolMutant.None)
            {
                Nodes = members,
                Leaves = OfCluster(parsed.GetValue(leaves), "--leaves", 3, isCluster),
                Suspensions = OfCluster(parsed.GetValue(suspends), "--suspends", 2, isCluster),
                Cuts = OfCluster(parsed.GetValue(cuts), "--cuts", 2, isCluster),
                RolesApart = parsed.GetValue(apart),
            };
            Require(options, parsed.GetValue(task) ?? Forecast);
            var time = TimeProvider.System;
            var started = time.GetTimestamp();
            var findings = await (joins
                ? new JoinDrill(options, JoinRecords.Of(parsed.GetValue(task)!, options.Seed), time).RunAsync(interruption.Token)
                : isCluster ? new ClusterDrill(options, time).RunAsync(interruption.Token)
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

    private static void Require(DrillOptions options, string task)
    {
        if (options.Mutant == ProtocolMutant.KeepRepeats && task == Forecast)
        {
            throw new UsageException($"--mutant is KeepRepeats, and a drill of {Forecast} copies no records; expected --task {Bandit} or {Classify} with it.");
        }

        if (options.Nodes == 1 && options.RolesApart)
        {
            throw new UsageException("--roles-apart is of a cluster; expected --nodes 3 or more with it.");
        }

        if (options.Nodes > 1 && task != Forecast)
        {
            throw new UsageException($"--nodes is {options.Nodes}, and a drill of {task} has one node; expected --task {Forecast} with it.");
        }

        // Half of two nodes is no majority: which of them goes on is decided by their addresses.
        if (options.Nodes == 2)
        {
            throw new UsageException("--nodes is 2, of which no majority is left when one is away; expected 1, or 3 or more.");
        }

        if (options is { Nodes: > 1, Kills: 0, Leaves: 0, Suspensions: 0, Cuts: 0 })
        {
            throw new UsageException("--kills, --leaves, --suspends and --cuts are all 0; expected a fault.");
        }
    }

    private static int OfCluster(int? value, string option, int usual, bool isCluster) =>
        isCluster ? InRange(value ?? usual, option, 0, 1000)
        : value is null ? 0
        : throw new UsageException($"{option} is of a cluster; expected --nodes 3 or more with it.");

    private static int InRange(int value, string option, int least, int most) =>
        value >= least && value <= most ? value : throw new UsageException($"{option} is {value}; expected a number from {least} to {most}.");
}

using System.CommandLine;
using StreamLearn.Cli.Demos;
using StreamLearn.Cli.Sources;

namespace StreamLearn.Cli.Commands;

/// <summary><c>demo</c>: broker, generator, pipeline, live view and dashboard in one process.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(60);

    internal static Command Create()
    {
        var duration = CommonOptions.Duration("--duration", "how long the scenario is to take; 0s: as fast as it goes (default: 60s)");
        var byKey = CommonOptions.ByKey();
        var scenario = new Option<string?>("--scenario")
        {
            Description = "link-load: forecast the load of every link of a backbone; bandit: choose paths for flows in one by what they cost (default: link-load)",
            HelpName = "NAME",
        };
        var web = new Option<bool>("--web") { Description = "keep the node and its dashboard open when the scenario has ended, until Ctrl-C" };
        scenario.AcceptOnlyFromAmong(LinkLoadDemo.Name, BanditDemo.Name);
        var command = new Command(
            "demo",
            "An embedded Kafka, a simulated network in which cables fail (or real link loads), and a pipeline that forecasts or decides, and learns, live.")
        {
            duration, scenario, web, byKey,
        };
        var data = DataOptions.AddTo(command);
        var common = CommonOptions.AddTo(command);
        command.Handle((parsed, interruption) =>
        {
            var takes = parsed.GetValue(duration) ?? DefaultDuration;
            IDemo demo = parsed.GetValue(scenario) == BanditDemo.Name
                ? PathChoice(parsed, common, data, takes)
                : LinkLoads(parsed, common, data, takes);
            return new DemoRun(demo, common, parsed.GetValue(byKey), parsed.GetValue(web)).RunAsync(parsed, interruption);
        });
        return command;
    }

    private static LinkLoadDemo LinkLoads(ParseResult parsed, CommonOptions common, DataOptions data, TimeSpan duration)
    {
        if (data.Files(parsed).Count > 0 != data.HasTopology(parsed))
        {
            throw new UsageException("--data and --topology go together; expected both or neither.");
        }

        // What is wrong with the configuration is said before anything is started.
        var seed = common.Load(parsed, LinkLoadDemo.Block).Seed;
        var week = data.HasTopology(parsed) ? LinkLoadWeek.Of(data.Loads(parsed)) : LinkLoadWeek.Simulated(seed);
        return new LinkLoadDemo(week, duration, TimeProvider.System);
    }

    private static BanditDemo PathChoice(ParseResult parsed, CommonOptions common, DataOptions data, TimeSpan duration)
    {
        if (data.Files(parsed).Count > 0 || data.HasTopology(parsed))
        {
            throw new UsageException($"--data and --topology are of the scenario {LinkLoadDemo.Name}; expected neither with {BanditDemo.Name}.");
        }

        return new BanditDemo(common.Load(parsed, BanditDemo.Block).Seed, duration, TimeProvider.System);
    }
}

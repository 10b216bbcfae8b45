using System.CommandLine;
using StreamLearn.Cli.Demos;
using StreamLearn.Cli.Sources;
using StreamLearn.Cli.Sources.Texts;
using StreamLearn.Simulation.Texts;

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
            Description = "link-load: forecast the load of every link of a backbone; bandit: choose paths for flows in one by what they cost; text: learn a mixture of texts (default: link-load)",
            HelpName = "NAME",
        };
        var web = new Option<bool>("--web") { Description = "keep the node and its dashboard open when the scenario has ended, until Ctrl-C" };
        scenario.AcceptOnlyFromAmong(LinkLoadDemo.Name, BanditDemo.Name, TextDemo.Name);
        var command = new Command(
            "demo",
            "An embedded Kafka, a simulated network in which cables fail (or real link loads), and a pipeline that forecasts or decides, and learns, live; or a mixture of texts (--data names files or folders of others), and a pipeline that learns them.")
        {
            duration, scenario, web, byKey,
        };
        var texts = TextOptions.AddTo(command);
        var data = DataOptions.AddTo(command);
        var common = CommonOptions.AddTo(command);
        command.Handle((parsed, interruption) =>
        {
            var takes = parsed.GetValue(duration) ?? DefaultDuration;
            if (parsed.GetValue(scenario) != TextDemo.Name)
            {
                texts.RefuseFor(parsed, $"--scenario {parsed.GetValue(scenario) ?? LinkLoadDemo.Name}", $"--scenario {TextDemo.Name}");
            }

            IDemo demo = parsed.GetValue(scenario) switch
            {
                BanditDemo.Name => PathChoice(parsed, common, data, takes),
                TextDemo.Name => Texts(parsed, common, data, texts, takes),
                _ => LinkLoads(parsed, common, data, takes),
            };
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

    private static TextDemo Texts(ParseResult parsed, CommonOptions common, DataOptions data, TextOptions texts, TimeSpan duration)
    {
        if (data.HasTopology(parsed))
        {
            throw new UsageException($"--topology is of the scenario {LinkLoadDemo.Name}; expected none with {TextDemo.Name}.");
        }

        var seed = common.Load(parsed, TextDemo.Block).Seed;
        if (data.Names(parsed) is { Count: > 0 } names)
        {
            var files = TextFile.Of(names);
            if (files.FirstOrDefault(file => file.HasRecords()) is { } records)
            {
                throw new UsageException($"--data {records.Path} has JSON objects; expected files of text.");
            }

            var documents = texts.MixtureOf(parsed, files, seed, TextDemo.Texts).Documents().ToList();
            var domains = string.Join(", ", files.Select(file => file.Domain).Distinct());
            return new TextDemo(documents, documents.Count, $"{documents.Count} documents of {domains}", duration, TimeProvider.System);
        }

        var count = texts.MostTexts(parsed, TextDemo.Texts);
        return new TextDemo(
            new GrammarTexts(seed).Draw().Select(text => (text.Domain, System.Text.Encoding.UTF8.GetBytes(text.Text))), count,
            $"{count} texts of {string.Join(", ", GrammarTexts.Domains)}", duration, TimeProvider.System);
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

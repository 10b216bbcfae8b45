using System.Globalization;
using StreamLearn.Cli.Experiments.Bandits;
using StreamLearn.Learners;
using StreamLearn.Learners.Bandits;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Bench.Bandits;

/// <summary>
/// Rounds per second of the neural bandits on five tabular sets, one thread: a round decides, draws an action and learns its cost. Against our own linear-square-cb, in turn
/// in the same run, and against what is published of Vowpal Wabbit's linear squarecb.
/// </summary>
internal static class BanditsBenchmark
{
    private const string Peer = "linear-square-cb";
    private const int Pairs = 15;
    private const int Rounds = 10_000;
    private const string Unit = "rounds/s";
    private const string ProcessorUnit = "rounds/s of processor time";

    private static readonly string Folder = Path.Combine("..", "shared", "data", "tabular");

    internal static BenchmarkResult Run(TextWriter log)
    {
        var rows = new List<BenchmarkRow>();
        var allocated = 0.0;
        foreach (var set in BanditStudySet.All.Where(set => VowpalWabbit.Knows(set.Name)))
        {
            if (!File.Exists(set.FileIn(Folder)))
            {
                log.WriteLine($"{Path.GetFullPath(set.FileIn(Folder))} is not there: {set.Name} is left out");
                continue;
            }

            var bandit = new TabularBandit(TabularFile.Read(set.FileIn(Folder)));
            foreach (var kind in BanditContender.Own)
            {
                var pair = new BanditPair(bandit, Named(kind), Named(Peer), Rounds, Pairs);
                pair.Run();
                allocated = Math.Max(allocated, pair.AllocatedPerRound);
                log.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{kind}/{set.Name}: regret {pair.Regret:0}, of {Peer} {pair.PeerRegret:0}; {pair.Slowest:0} to {pair.Fastest:0} {Unit}"));
                rows.AddRange(RowsOf($"{kind}/{set.Name}", set.Name, pair));
            }
        }

        return new BenchmarkResult([.. rows, new BenchmarkRow("allocated", allocated, "bytes/round")]);
    }

    private static IEnumerable<BenchmarkRow> RowsOf(string name, string set, BanditPair pair)
    {
        var published = VowpalWabbit.ExamplesPerSecond(set);
        yield return new BenchmarkRow(name, pair.Rate, Unit, Peer, pair.PeerRate, pair.Ratio);
        yield return new BenchmarkRow(
            $"{name}/processor", pair.ProcessorRate, ProcessorUnit, Peer, pair.PeerProcessorRate, pair.ProcessorRate / pair.PeerProcessorRate);

        // Another run, on a core of its own: what other programs took from this one is no part of the comparison.
        yield return new BenchmarkRow(
            $"{name}/vw", pair.ProcessorRate, ProcessorUnit, "vowpal wabbit squarecb, published", published, pair.ProcessorRate / published);
    }

    private static LearnerChoice Named(string kind) => LearnerChoice.Named(BanditTask.Name, kind);
}

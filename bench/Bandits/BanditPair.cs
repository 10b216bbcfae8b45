using StreamLearn.Learners;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Bench.Bandits;

/// <summary>A learner and its peer on one set, run in turn with the same seeds.</summary>
/// <param name="bandit">The set.</param>
/// <param name="learner">The learner.</param>
/// <param name="peer">Its peer.</param>
/// <param name="rounds">Rounds of a run, where the set has as many rows.</param>
/// <param name="pairs">How many runs of each are measured.</param>
internal sealed class BanditPair(TabularBandit bandit, LearnerChoice learner, LearnerChoice peer, int rounds, int pairs)
{
    // In which a learner may make room for what it needs.
    private const int FirstRounds = 100;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);

    private readonly List<BanditTiming> _own = [];
    private readonly List<BanditTiming> _peer = [];

    /// <summary>Medians of rounds a second.</summary>
    internal double Rate => Median(_own.Select(timing => timing.Rate));

    internal double PeerRate => Median(_peer.Select(timing => timing.Rate));

    /// <summary>Medians of rounds a second of processor time, which other programs disturb less.</summary>
    internal double ProcessorRate => Median(_own.Select(timing => timing.ProcessorRate));

    internal double PeerProcessorRate => Median(_peer.Select(timing => timing.ProcessorRate));

    /// <summary>Median over the pairs of runs.</summary>
    internal double Ratio => Median(_own.Zip(_peer, (own, other) => own.Rate / other.Rate));

    internal double Slowest => _own.Min(timing => timing.Rate);

    internal double Fastest => _own.Max(timing => timing.Rate);

    /// <summary>Means over the runs.</summary>
    internal double Regret => _own.Average(timing => timing.Regret);

    internal double PeerRegret => _peer.Average(timing => timing.Regret);

    /// <summary>Bytes that a round of the learner has allocated after the first ones, in the run with the most.</summary>
    internal double AllocatedPerRound => _own.Max(timing => timing.AllocatedPerRound);

    internal void Run()
    {
        BanditRun.WarmUp(bandit, learner, rounds, WarmUp, TimeProvider.System, CancellationToken.None);
        BanditRun.WarmUp(bandit, peer, rounds, WarmUp, TimeProvider.System, CancellationToken.None);
        for (var pair = 0; pair < pairs; pair++)
        {
            _own.Add(Measure(learner, (ulong)pair));
            _peer.Add(Measure(peer, (ulong)pair));
        }
    }

    private BanditTiming Measure(LearnerChoice choice, ulong seed)
    {
        var made = BanditRegistration.Of(choice).Create(bandit.Task, choice.Options, seed, new FleetWorkspaces());
        var simulation = new BanditSimulation(bandit, made, seed, seed + 1);
        var processor = Environment.CpuUsage.TotalTime;
        var start = TimeProvider.System.GetTimestamp();
        simulation.PlayUntil(FirstRounds);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        simulation.PlayUntil(rounds);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var time = TimeProvider.System.GetElapsedTime(start);
        processor = Environment.CpuUsage.TotalTime - processor;
        return new BanditTiming(
            simulation.Rounds / time.TotalSeconds, simulation.Rounds / processor.TotalSeconds, simulation.Regret, (double)allocated / (simulation.Rounds - FirstRounds));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

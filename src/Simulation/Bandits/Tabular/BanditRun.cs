using System.Buffers;
using System.Security.Cryptography;
using MessagePack;
using StreamLearn.Learners;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Simulation.Bandits.Tabular;

/// <summary>What came of one pass of a learner.</summary>
/// <param name="Seed">Seed of the order of the rows, of what was drawn, and of the learner.</param>
/// <param name="Rounds">Rounds.</param>
/// <param name="Regret">At the end.</param>
/// <param name="RegretAt">At each of the marks.</param>
/// <param name="Refused">Updates that the learner has refused.</param>
/// <param name="Seconds">What the loop took, all else left out.</param>
/// <param name="StateHash">SHA-256 of the learner's state at the end.</param>
public sealed record BanditRun(ulong Seed, int Rounds, int Regret, IReadOnlyList<int> RegretAt, int Refused, double Seconds, ReadOnlyMemory<byte> StateHash)
{
    /// <summary>Runs it. The same seed gives all learners the same order of rows.</summary>
    /// <param name="bandit">What is learned.</param>
    /// <param name="learner">Who learns.</param>
    /// <param name="seed">Of all randomness.</param>
    /// <param name="rounds">How many rounds, where there are as many rows.</param>
    /// <param name="marks">Rounds after which the regret is noted, ascending; those that are not reached have the regret at the end.</param>
    /// <param name="time">Clock of the seconds.</param>
    /// <param name="cancellation">Ends it between marks.</param>
    public static BanditRun Of(
        TabularBandit bandit, LearnerChoice learner, ulong seed, int rounds, IReadOnlyList<int> marks, TimeProvider time, CancellationToken cancellation)
    {
        var (simulation, made) = Start(bandit, learner, seed);
        var regretAt = new int[marks.Count];
        var seconds = 0.0;
        for (var mark = 0; mark <= marks.Count; mark++)
        {
            cancellation.ThrowIfCancellationRequested();
            var started = time.GetTimestamp();
            simulation.PlayUntil(Math.Min(rounds, mark < marks.Count ? marks[mark] : rounds));
            seconds += time.GetElapsedTime(started).TotalSeconds;
            if (mark < marks.Count)
            {
                regretAt[mark] = simulation.Regret;
            }
        }

        return new BanditRun(seed, simulation.Rounds, simulation.Regret, regretAt, simulation.Refused, seconds, HashOf(made));
    }

    /// <summary>Lets a learner run for a while and forgets what came of it, so that its code is compiled before it is timed.</summary>
    public static void WarmUp(TabularBandit bandit, LearnerChoice learner, int rounds, TimeSpan longest, TimeProvider time, CancellationToken cancellation)
    {
        const int AtOnce = 50;
        var started = time.GetTimestamp();
        while (true)
        {
            var (simulation, _) = Start(bandit, learner, 0);
            while (simulation.Rounds < Math.Min(rounds, bandit.Rows))
            {
                cancellation.ThrowIfCancellationRequested();
                simulation.PlayUntil(Math.Min(rounds, simulation.Rounds + AtOnce));
                if (time.GetElapsedTime(started) >= longest)
                {
                    return;
                }
            }
        }
    }

    private static (BanditSimulation Simulation, IBanditLearner Learner) Start(TabularBandit bandit, LearnerChoice learner, ulong seed)
    {
        var seeds = new Xoshiro256(seed);
        var (order, draws, start) = (seeds.NextBits(), seeds.NextBits(), seeds.NextBits());
        var made = BanditRegistration.Of(learner).Create(bandit.Task, learner.Options, start, new FleetWorkspaces());
        return (new BanditSimulation(bandit, made, order, draws), made);
    }

    private static byte[] HashOf(IBanditLearner learner)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        learner.Save(ref writer);
        writer.Flush();
        return SHA256.HashData(buffer.WrittenSpan);
    }
}

using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Tests.Bandits.Worlds;

namespace StreamLearn.Learners.Tests.Averaging;

/// <summary>Replicas that share the rounds of one task, with or without averages.</summary>
internal sealed class AveragedRun
{
    // Records of all replicas from a contribution to the average in every log, and from that on.
    private const int Lag = 30;

    private readonly BanditUnderTest[] _players;
    private readonly ReplicaExchange[] _exchanges;
    private readonly ContributionGroups _groups;
    private readonly Queue<(int Due, byte[] Average)> _due = new();
    private long _offset;

    internal AveragedRun(string kind, BanditTask task, int replicas, ReplicaOptions? options, ulong seed)
    {
        var settings = new Dictionary<string, string>();
        _players = [.. Enumerable.Range(0, replicas).Select(replica => new BanditUnderTest(
            BanditUnderTest.Learn(kind, task, settings, seed), seed + (ulong)(100 * replica)))];
        _exchanges = options is null
            ? []
            : [.. _players.Select((player, replica) => new ReplicaExchange(options, replica, (IAveragedLearner)player.Learner))];
        _groups = new ContributionGroups(replicas);
    }

    /// <summary>Bytes of contributions.</summary>
    internal long Contributed { get; private set; }

    /// <summary>Bytes of averages, each as often as it is written.</summary>
    internal long Averaged { get; private set; }

    /// <summary>Plays the rounds, each at one of the replicas.</summary>
    /// <returns>Mean cost of all, and of the last half.</returns>
    internal (double All, double LastHalf) Play(BanditRound[] rounds)
    {
        var random = new Random(17);
        var (all, last) = (0.0, 0.0);
        for (var number = 0; number < rounds.Length; number++)
        {
            while (_due.TryPeek(out var due) && due.Due <= number)
            {
                Array.ForEach(_exchanges, exchange => Assert.Equal(AverageOutcome.Applied, exchange.Apply(due.Average)));
                _due.Dequeue();
            }

            var replica = random.Next(_players.Length);
            var cost = _players[replica].Play(rounds[number]);
            all += cost;
            last += number >= rounds.Length / 2 ? cost : 0;
            if (_exchanges.Length > 0 && _exchanges[replica].AfterRecord() is { } contribution)
            {
                Contributed += contribution.Length;
                if (_groups.Add(_offset++, contribution) is { } average)
                {
                    var bytes = average.Encode();
                    Averaged += (long)bytes.Length * _players.Length;
                    _due.Enqueue((number + Lag, bytes));
                }
            }
        }

        return (all / rounds.Length, last / (rounds.Length - (rounds.Length / 2)));
    }
}

using System.Globalization;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>Contexts of several keys with feedback that comes later, twice or never, and logged decisions in between; the same for the same seed.</summary>
internal static class BanditStream
{
    internal const long Start = 1_700_000_000_000;

    /// <summary>Three actions with two shared features.</summary>
    internal static BanditTask Fixed { get; } = new() { Actions = ["left", "ahead", "right"], SharedFeatures = 2, Join = Short };

    /// <summary>Two to four actions of each context, with two features each and one shared.</summary>
    internal static BanditTask PerContext { get; } = new() { SharedFeatures = 1, ActionFeatures = 2, Join = Short };

    private static JoinOptions Short => new() { TimeToLiveMilliseconds = 15_000, MaxPending = 12, Missing = 0.25 };

    internal static BanditFeed Of(BanditTask task, IReadOnlyList<string> keys, int rounds, ulong seed = 1, double loggedShare = 0.05)
    {
        var feed = new BanditFeed();
        var random = new Xoshiro256(seed);
        var due = new PriorityQueue<(string Key, string Id, double Feedback), (int Round, int Order)>();
        var order = 0;
        for (var round = 0; round < rounds; round++)
        {
            var time = Start + (round * 1000L);
            foreach (var key in keys)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{key}-{round}");
                var context = Context(task, random);
                if (random.NextDouble() < loggedShare)
                {
                    var action = 0;
                    while (!context.IsAllowed(action))
                    {
                        action++;
                    }

                    feed.Logged(key, time, id, context, action, 0.5, random.NextDouble());
                    continue;
                }

                feed.Context(key, time, id, context);
                for (var times = random.NextDouble() * 1.3; times > 0.2; times -= 1)
                {
                    // Some of it before its decision.
                    due.Enqueue((key, id, random.NextDouble()), (round + (int)(random.NextDouble() * 20), order++));
                }
            }

            while (due.TryPeek(out var feedback, out var at) && at.Round <= round)
            {
                feed.Feedback(feedback.Key, time + (long)(random.NextDouble() * 1000), feedback.Id, feedback.Feedback);
                due.Dequeue();
            }
        }

        return feed;
    }

    internal static BanditContext Context(BanditTask task, Xoshiro256 random)
    {
        var actions = task.HasFixedActions ? task.Actions.Count : 2 + (int)(random.NextDouble() * 3);
        var allowed = new byte[actions];
        foreach (ref var may in allowed.AsSpan())
        {
            may = (byte)(random.NextDouble() < 0.8 ? 1 : 0);
        }

        allowed[(int)(random.NextDouble() * actions)] = 1;
        return new BanditContext(
            actions, Numbers(random, task.SharedFeatures), Numbers(random, actions * task.ActionFeatures), random.NextDouble() < 0.5 ? allowed : []);
    }

    private static float[] Numbers(Xoshiro256 random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 4) - 2))];
}

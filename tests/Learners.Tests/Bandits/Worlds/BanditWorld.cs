using StreamLearn.Learners.Bandits;

namespace StreamLearn.Learners.Tests.Bandits.Worlds;

/// <summary>Rounds of made-up tasks.</summary>
internal static class BanditWorld
{
    /// <summary>Five actions that are told apart by their number, six features.</summary>
    internal static readonly BanditTask Fixed = new BanditTask { Actions = ["a", "b", "c", "d", "e"], SharedFeatures = 6 }.Validate();

    /// <summary>Up to nine actions that each context brings, with four features each, and three that they share.</summary>
    internal static readonly BanditTask PerRecord = new BanditTask { SharedFeatures = 3, ActionFeatures = 4 }.Validate();

    internal static IReadOnlyDictionary<string, BanditTask> Tasks { get; } =
        new Dictionary<string, BanditTask> { ["fixed"] = Fixed, ["per-record"] = PerRecord };

    /// <summary>Magnitudes that arithmetic breaks on, by round and place.</summary>
    internal static IReadOnlyDictionary<string, Func<int, int, float>> Hard { get; } = new Dictionary<string, Func<int, int, float>>
    {
        ["zero"] = (_, _) => 0,
        ["constant"] = (_, place) => 7.25f - place,
        ["huge"] = (round, place) => ((round + place) % 3 == 0 ? -1 : 1) * 1e30f,
        ["the largest, alternating"] = (round, place) => (round + place) % 2 == 0 ? float.MaxValue : -float.MaxValue,
        ["tiny"] = (round, place) => ((round + place) % 3 == 0 ? -1 : 1) * 1e-30f,
        ["the smallest, alternating"] = (round, place) => (round + place) % 2 == 0 ? float.Epsilon : -float.Epsilon,
        ["huge and tiny, alternating"] = (round, place) => (round + place) % 2 == 0 ? 1e30f : 1e-30f,
        ["tame, then huge"] = (round, place) => round < 100 ? MathF.Sin(round + place) : 3e38f * MathF.Sin(round * (place + 1)),
        ["constant, then huge"] = (round, place) => round < 150 ? 1 : 3e38f,
        ["all magnitudes"] = (round, place) => MathF.Sin(round + place) * MathF.Pow(10, (round * 7 % 75) - 37),
    };

    /// <summary>Rounds of a task that can be learned: the costs of 0 and 1 are a noisy function of the features; some have masks.</summary>
    internal static BanditRound[] Rounds(BanditTask task, int count, int seed = 1, bool masks = true)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Round(task, random, masks, (_, _) => (float)((random.NextDouble() * 4) - 2)))];
    }

    /// <summary>Rounds whose features are hard.</summary>
    internal static BanditRound[] HardRounds(BanditTask task, int count, string magnitudes)
    {
        var random = new Random(3);
        var feature = Hard[magnitudes];
        return [.. Enumerable.Range(0, count).Select(round => Round(task, random, true, (_, place) => feature(round, place)))];
    }

    /// <summary>
    /// A classification as a bandit: the label's centre and unit noise; only its action costs nothing. Blocks of the same features.
    /// </summary>
    internal static (BanditTask Task, BanditRound[] Rounds) Blobs(int actions, int features, int count, int seed, double spread = 1.4)
    {
        var random = new Random(seed);
        var centres = Enumerable.Range(0, actions)
            .Select(_ => Enumerable.Range(0, features).Select(_ => spread * Normal(random)).ToArray()).ToArray();
        var names = Enumerable.Range(0, actions).Select(action => $"a{action}").ToList();
        var task = new BanditTask { Actions = names, SharedFeatures = features }.Validate();
        var rounds = new BanditRound[count];
        for (var round = 0; round < count; round++)
        {
            var label = random.Next(actions);
            rounds[round] = new BanditRound(
                actions, [.. centres[label].Select(centre => (float)(centre + Normal(random)))], [], [],
                [.. Enumerable.Range(0, actions).Select(action => action == label ? 0.0 : 1)]);
        }

        return (task, rounds);
    }

    internal static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static BanditRound Round(BanditTask task, Random random, bool masks, Func<int, int, float> feature)
    {
        var actions = task.HasFixedActions ? task.Actions.Count : random.Next(1, 10);
        float[] shared = [.. Enumerable.Range(0, task.SharedFeatures).Select(place => feature(0, place))];
        float[] own = [.. Enumerable.Range(0, actions * task.ActionFeatures).Select(place => feature(1, task.SharedFeatures + place))];
        byte[] allowed = [];
        if (masks && random.Next(3) == 0)
        {
            allowed = [.. Enumerable.Range(0, actions).Select(_ => (byte)random.Next(2))];
            allowed[random.Next(actions)] = 1;
        }

        var costs = new double[actions];
        for (var action = 0; action < actions; action++)
        {
            var score = task.UsesBlocks ? shared[action % shared.Length] : shared[0] - own[action * task.ActionFeatures];
            costs[action] = random.Next(10) == 0 ? random.NextDouble() : score > 0 ? 1 : 0;
        }

        return new BanditRound(actions, shared, own, allowed, costs);
    }
}

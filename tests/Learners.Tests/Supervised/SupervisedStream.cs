using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Learners.Tests.Supervised;

/// <summary>Tasks, and streams of records of them with all that happens to ids.</summary>
internal static class SupervisedStream
{
    internal const long Start = 1_700_000_000_000;

    internal static readonly SupervisedTask Fixed = new()
    {
        Name = SupervisedTask.Classify, Features = 3, Classes = ["red", "green", "blue"], Scoring = new() { Window = 40 },
        Join = new JoinOptions { TimeToLiveMilliseconds = 30_000, MaxPending = 8 },
    };

    internal static readonly SupervisedTask Growing = Fixed with { Classes = [], MaxClasses = 5 };

    internal static readonly SupervisedTask Numbers = Fixed with { Name = SupervisedTask.Regress, Classes = [] };

    internal static IReadOnlyDictionary<string, SupervisedTask> Tasks { get; } =
        new Dictionary<string, SupervisedTask> { ["fixed"] = Fixed, ["growing"] = Growing, ["numbers"] = Numbers };

    internal static LearnerChoice Choice(string task, string kind, params (string Name, string Value)[] settings) => new(
        LearnerCatalog.Find(task, kind)!, new OptionSet("learner", settings.ToDictionary(setting => setting.Name, setting => setting.Value)));

    internal static SupervisedPlan Plan(SupervisedTask task, params LearnerChoice[] learners) => new(task, learners, seed: 1, maxKeys: 100);

    /// <summary>All learners of the task, the one of that kind first.</summary>
    internal static SupervisedPlan PlanOfAll(SupervisedTask task, string first) => Plan(
        task,
        [.. SupervisedCatalog.All.Where(learner => learner.Task == task.Name).OrderByDescending(learner => learner.Kind == first)
            .Select(learner => new LearnerChoice(learner, OptionSet.Defaults))]);

    /// <summary>Features whose class, or number, can be learned.</summary>
    internal static float[] Features(Random random) => [random.NextSingle() * 4, 100 + (random.NextSingle() * 20), random.NextSingle() - 0.5f];

    internal static string LabelOf(float[] features) => features[0] < 1.5 ? "red" : features[1] < 110 ? "green" : "blue";

    internal static double TargetOf(float[] features) => 1000 + (200 * features[0]) - (10 * features[1]) + (50 * features[2]);

    /// <summary>Records of some keys: with their labels or not, labels that come late, early, never, twice, for nothing.</summary>
    internal static SupervisedFeed Of(SupervisedTask task, string[] keys, int records, int seed = 1)
    {
        var feed = new SupervisedFeed();
        var random = new Random(seed);
        var waiting = new List<(string Key, string Id, float[] Features)>();
        for (var i = 0; i < records; i++)
        {
            var time = Start + (i * 1000L);
            var (key, features) = (keys[random.Next(keys.Length)], Features(random));
            switch (random.Next(10))
            {
                case < 3:
                    Labelled(feed, task, key, time, random.Next(3) == 0 ? $"id-{i}" : "", features);
                    break;
                case < 6:
                    feed.Features(key, time, $"id-{i}", features);
                    waiting.Add((key, $"id-{i}", features));
                    break;
                case 6:
                    feed.Features(key, time, "", features);
                    break;
                case 7:
                    // Its features come later, or never.
                    Label(feed, task, key, time, $"id-{i + 1}", features);
                    waiting.Add((key, $"id-{i + 1}", features));
                    break;
                default:
                    if (waiting.Count == 0)
                    {
                        goto case 6;
                    }

                    var (of, id, known) = waiting[random.Next(waiting.Count)];
                    Label(feed, task, of, time, id, known);
                    break;
            }
        }

        return feed;
    }

    internal static void Label(SupervisedFeed feed, SupervisedTask task, string key, long time, string id, float[] features)
    {
        if (task.IsClassification)
        {
            feed.Label(key, time, id, LabelOf(features));
        }
        else
        {
            feed.Label(key, time, id, TargetOf(features));
        }
    }

    internal static void Labelled(SupervisedFeed feed, SupervisedTask task, string key, long time, string id, float[] features)
    {
        if (task.IsClassification)
        {
            feed.LabelledAs(key, time, id, LabelOf(features), features);
        }
        else
        {
            feed.Add(key, time, SupervisedFeed.Written(writer => writer.WriteLabelled(System.Text.Encoding.UTF8.GetBytes(id), features, TargetOf(features))));
        }
    }
}

using System.Buffers;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests.Language;

/// <summary>A fleet of learners of texts as a bucket feeds and stores it.</summary>
internal sealed class TextFleet : IDisposable
{
    internal TextFleet(LanguagePlan plan)
    {
        Plan = plan;
        Fleet = new LanguageFleet(plan, 100);
    }

    internal LanguagePlan Plan { get; }

    internal LanguageFleet Fleet { get; private set; }

    internal static LearnerChoice Learner(string kind, params (string Name, string Value)[] settings) => new(
        LanguageCatalog.Find(kind)!, new OptionSet("learner", settings.ToDictionary(setting => setting.Name, setting => setting.Value)));

    /// <summary>A model that is small enough for a test.</summary>
    internal static LearnerChoice Gpt(params (string Name, string Value)[] settings) => Learner(
        "gpt",
        [
            .. new (string Name, string Value)[]
            {
                ("layers", "1"), ("heads", "2"), ("width", "8"), ("batch-records", "7"), ("batch-rows", "4"), ("warm-up", "2"), ("learning-rate", "0.01"),
            }.ExceptBy(settings.Select(setting => setting.Name), setting => setting.Name),
            .. settings,
        ]);

    internal static LanguagePlan PlanOf(LanguageTask task, params LearnerChoice[] learners) => new(task, learners, seed: 5, maxKeys: 10);

    internal PredictionBatch Process(TextFeed feed) => Process(feed.Batch());

    internal PredictionBatch Process(ExampleBatch examples)
    {
        var predictions = PredictionBatch.Allocate(examples.Count, 0);
        Fleet.Process(examples, 0, predictions);
        return predictions;
    }

    internal void Say(ControlVerb verb, string key = "k") => Process(new TextFeed().Payload(new ControlRecord(verb, ControlScope.Key, "").Encode(), key, ExampleKind.Control));

    internal LanguageSummary Summary() => new(Plan, Fleet.Report());

    internal string Hash() => Summary().StateHash();

    internal byte[] SaveKey(string key = "k")
    {
        var buffer = new ArrayBufferWriter<byte>();
        Fleet.SaveKey(System.Text.Encoding.UTF8.GetBytes(key), buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Goes on with a new fleet that has loaded what this one has saved.</summary>
    internal void Restart()
    {
        var stored = Fleet.Report().Select(report => (report.Key, State: SaveKey(System.Text.Encoding.UTF8.GetString(report.Key)))).ToList();
        Fleet.Dispose();
        Fleet = new LanguageFleet(Plan, 100);
        foreach (var (key, state) in stored)
        {
            Fleet.LoadKey(key, state);
        }
    }

    public void Dispose() => Fleet.Dispose();
}

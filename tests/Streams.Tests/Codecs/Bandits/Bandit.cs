using StreamLearn.Learners.Bandits;
using StreamLearn.Streams.Codecs.Bandits;

namespace StreamLearn.Streams.Tests.Codecs.Bandits;

/// <summary>Schemas for tests.</summary>
internal static class Bandit
{
    /// <summary>Three actions that all decisions have, two shared features.</summary>
    internal static readonly BanditSchema Fixed = Fit(new BanditSchema
    {
        Task = new BanditTask { Actions = ["left", "middle", "right"] },
        Features = ["x", "y"],
    });

    /// <summary>Each context brings its actions, with one feature; one shared feature.</summary>
    internal static readonly BanditSchema Own = Fit(new BanditSchema
    {
        Task = new BanditTask { Feedback = FeedbackKind.Cost },
        Features = ["x"],
        ActionFeatures = ["price"],
    });

    /// <summary>The same three actions, with a feature each.</summary>
    internal static readonly BanditSchema FixedWithFeatures = Fit(Fixed with { Features = [], ActionFeatures = ["load"] });

    /// <summary>Vowpal Wabbit's multi-line text.</summary>
    internal static readonly BanditSchema Vw = Fit(new BanditSchema { Task = new BanditTask { Feedback = FeedbackKind.Cost }, Format = "vw" });

    /// <summary>Vowpal Wabbit's single lines, of three actions.</summary>
    internal static readonly BanditSchema VwFixed = Fit(Vw with { Task = Vw.Task with { Actions = ["left", "middle", "right"] } });

    /// <summary>The decision service's JSON; costs from -1 to 0.</summary>
    internal static readonly BanditSchema DsJson =
        Fit(Vw with { Format = "dsjson", Task = Vw.Task with { FeedbackMin = -1, FeedbackMax = 0 } });

    internal static BanditSchema Fit(BanditSchema schema) => schema with { Task = schema.Fit(schema.Task).Validate() };

    /// <summary>What is not zero in a vector.</summary>
    internal static (int At, float Value)[] NonZero(float[] features) =>
        [.. features.Select((value, at) => (at, value)).Where(feature => feature.value != 0)];
}

using System.Text.Json;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Cli.Chaos;

/// <summary>Features and labels that come later.</summary>
/// <inheritdoc cref="JoinRecords" path="/param"/>
internal sealed class ClassifyRecords(int seed) : JoinRecords(seed)
{
    // One class in so many labels is a rare one, that a key sees late.
    private const double Rare = 0.02;

    private static readonly string[] Names = ["down", "level", "up"];

    /// <inheritdoc/>
    internal override string Task => SupervisedTask.Classify;

    /// <inheritdoc/>
    internal override string Examples => "features";

    /// <inheritdoc/>
    internal override string Repeated => "features";

    /// <inheritdoc/>
    internal override string Pipeline => $$"""
        source { topic = {{JoinDrill.Examples}}, features = [a, b, c] }
        sources { labels { topic = {{JoinDrill.Outcomes}} } }
        task { kind = classify, label-ttl = {{TimeToLive}}s, max-pending = {{MostPending}} }
        sinks { predictions = {{JoinDrill.Outputs}}, dead-letters = {{JoinDrill.DeadLetters}} }
        learner { kind = mlp-classifier, hidden = 8, batch = 4, replay = reservoir, replay-capacity = 50, replay-rows = 4 }
        rivals = [logistic, naive-bayes, last-label, majority]
        buckets = 2
        """;

    /// <inheritdoc/>
    internal override string Said(JsonElement output) => "";

    /// <summary>By the sum of the features, more or less; now and then a class of its own.</summary>
    protected override string OutcomeField(int number, string output)
    {
        var noise = Noise(number);
        var sum = Feature(number, 0) + Feature(number, 1) + (0.5 * (noise - 0.5));
        return $"\"label\":\"{(noise < Rare ? "odd" : Names[sum < -0.3 ? 0 : sum > 0.3 ? 2 : 1])}\"";
    }
}

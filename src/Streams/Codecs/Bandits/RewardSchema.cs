using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>Records of a topic of feedback on decisions, JSON: which fields mean what. A record without a time has Kafka's timestamp.</summary>
public sealed record RewardSchema : SourceSchema
{
    /// <summary>What was decided: says whether feedback is a reward or a cost, and its range.</summary>
    public required BanditTask Task { get; init; }

    /// <summary>Field of the decision's id.</summary>
    public string Id { get; init; } = "id";

    /// <summary>How far an event time may lie after Kafka's timestamp, and in the future when it is copied, in milliseconds; 0: as far as it likes.
    /// Default one hour.</summary>
    public override long MaxJumpMilliseconds { get; init; } = BanditColumns.DefaultMaxJump;

    /// <summary>Field of the feedback, where it is a reward.</summary>
    public string Reward { get; init; } = "reward";

    /// <summary>Field of the feedback, where it is a cost.</summary>
    public string Cost { get; init; } = "cost";

    /// <inheritdoc/>
    public override bool IsPredictedOn => false;

    /// <inheritdoc/>
    public override string FieldOf(ExampleStatus refused) => refused.IsAboutId() ? Id : "";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, object Value)> Settings() =>
        [.. base.Settings(), ("id", Id), ("max-jump", $"{MaxJumpMilliseconds}ms"), ("reward", Reward), ("cost", Cost)];

    /// <inheritdoc/>
    public override IRecordDecoder CreateDecoder() => new JsonRewardDecoder(this);
}

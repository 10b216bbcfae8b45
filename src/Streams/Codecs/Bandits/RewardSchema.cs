using StreamLearn.Learners.Bandits;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>Records of a topic of feedback on decisions, JSON: which fields mean what.</summary>
public sealed record RewardSchema
{
    /// <summary>What was decided: says whether feedback is a reward or a cost, and its range.</summary>
    public required BanditTask Task { get; init; }

    /// <summary>Field of the key. Empty: the Kafka message key, or one series of all records where there is none.</summary>
    public string Key { get; init; } = "key";

    /// <summary>Field of the decision's id.</summary>
    public string Id { get; init; } = "id";

    /// <summary>Field of the event time. Empty, or where a record has none: Kafka's timestamp.</summary>
    public string Time { get; init; } = "time";

    /// <summary>How numbers in the time field are read.</summary>
    public TimeUnit TimeUnit { get; init; } = TimeUnit.Auto;

    /// <summary>Field of the feedback, where it is a reward.</summary>
    public string Reward { get; init; } = "reward";

    /// <summary>Field of the feedback, where it is a cost.</summary>
    public string Cost { get; init; } = "cost";

    /// <summary>The decoder of this schema. It is for one stream at a time.</summary>
    public IRecordDecoder CreateDecoder() => new JsonRewardDecoder(this);
}

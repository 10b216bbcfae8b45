using System.Globalization;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>
/// Records of a topic of contexts, with or without what somebody has chosen and what came of it: which fields mean what. The names of
/// fields are for <c>json</c>; <c>vw</c> (Vowpal Wabbit's text) and <c>dsjson</c> (its decision service's JSON) have their own, and the
/// Kafka message key.
/// </summary>
public sealed record BanditSchema : SourceSchema
{
    /// <summary>Most of <see cref="HashBits"/>.</summary>
    public const int MostHashBits = 20;

    /// <summary>What is decided. Its numbers of features are those of this schema (<see cref="Fit"/>).</summary>
    public required BanditTask Task { get; init; }

    /// <summary>Field of the decision's id.</summary>
    public string Id { get; init; } = "id";

    /// <summary>How far an event time may lie after Kafka's timestamp, and in the future when it is copied, in milliseconds; 0: as far as it likes.
    /// Default one hour.</summary>
    public override long MaxJumpMilliseconds { get; init; } = DefaultMaxJump;

    /// <summary>Fields of the features that actions share, in the order in which learners see them.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Fields of the features of each action, in the order in which learners see them.</summary>
    public IReadOnlyList<string> ActionFeatures { get; init; } = [];

    /// <summary>Field of the actions.</summary>
    public string Actions { get; init; } = "actions";

    /// <summary>Field of an action's name.</summary>
    public string ActionId { get; init; } = "id";

    /// <summary>Field that says which actions may be chosen.</summary>
    public string Allowed { get; init; } = "allowed";

    /// <summary>Field of the action that somebody has chosen.</summary>
    public string Action { get; init; } = "action";

    /// <summary>Field of the probability with which.</summary>
    public string Probability { get; init; } = "probability";

    /// <summary>Field of the feedback on it, where it is a reward.</summary>
    public string Reward { get; init; } = "reward";

    /// <summary>Field of the feedback on it, where it is a cost.</summary>
    public string Cost { get; init; } = "cost";

    /// <summary>For <c>vw</c> and <c>dsjson</c>: features are hashed into 2^this numbers. Default 8.</summary>
    public int HashBits { get; init; } = 8;

    /// <summary>The same for the features of each action. 0: actions have none. Default (null): 0 where all decisions have the same
    /// actions, else <see cref="HashBits"/>.</summary>
    public int? ActionHashBits { get; init; }

    /// <summary>Most bytes of a context as learners get it: 4 for each feature, of each action, and its names. A context with more is a dead
    /// letter; it is to fit into a message between nodes. Default 100,000.</summary>
    public int MostBytes { get; init; } = 100_000;

    private bool Hashes => Format != "json";

    /// <summary>A task with as many features as records of this schema have.</summary>
    public BanditTask Fit(BanditTask task) => task with
    {
        FeatureNames = Hashes
            ? string.Create(CultureInfo.InvariantCulture, $"hash-bits {HashBits}")
            : string.Join(", ", Features) + (ActionFeatures.Count == 0 ? "" : $" | {string.Join(", ", ActionFeatures)}"),
        SharedFeatures = Hashes ? 1 << HashBits : Features.Count,
        ActionFeatures = Hashes ? SizeOf(ActionHashBits ?? (task.HasFixedActions ? 0 : HashBits)) : ActionFeatures.Count,
    };

    /// <inheritdoc/>
    public override string FieldOf(ExampleStatus refused) => refused.IsAboutId() && !Hashes ? Id : "";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, object Value)> Settings() =>
    [
        .. base.Settings(), ("id", Id), ("max-jump", $"{MaxJumpMilliseconds}ms"), ("features", string.Join(", ", Features)),
        ("action-features", string.Join(", ", ActionFeatures)), ("actions", Actions), ("action-id", ActionId), ("allowed", Allowed), ("action", Action),
        ("probability", Probability), ("reward", Reward), ("cost", Cost), ("hash-bits", HashBits),
        ("action-hash-bits", ActionHashBits?.ToString(CultureInfo.InvariantCulture) ?? "auto"), ("max-bytes", MostBytes),
    ];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Settings do not fit each other or the task.</exception>
    public override IRecordDecoder CreateDecoder()
    {
        if (Hashes && (HashBits is < 1 or > MostHashBits || ActionHashBits is < 0 or > MostHashBits))
        {
            throw new ArgumentException(
                $"{HashBits} and {ActionHashBits} hash bits; expected 1 to {MostHashBits}, and 0 to {MostHashBits} for actions.");
        }

        if (Task != Fit(Task))
        {
            throw new ArgumentException(
                $"The task has {Task.SharedFeatures} shared features and {Task.ActionFeatures} of each action; expected "
                + $"{Fit(Task).SharedFeatures} and {Fit(Task).ActionFeatures}, as the schema has.");
        }

        var numbers = Task.SharedFeatures + ((long)Task.ActionFeatures * Math.Max(1, Task.Actions.Count));
        if (numbers * sizeof(float) > MostBytes)
        {
            throw new ArgumentException($"{numbers} features in each context; expected {MostBytes / sizeof(float)} at most, for {MostBytes} bytes.");
        }

        return Format switch
        {
            "json" => new JsonContextDecoder(this),
            "vw" => new VwDecoder(this),
            "dsjson" => new DsJsonDecoder(this),
            _ => throw new ArgumentException($"Format '{Format}'; expected json, vw or dsjson."),
        };
    }

    private static int SizeOf(int bits) => bits == 0 ? 0 : 1 << bits;
}

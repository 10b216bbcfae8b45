using StreamLearn.Learners.Examples;

namespace StreamLearn.Streams.Codecs;

/// <summary>Why a record was not learned from: the values of the header <c>sl-reason</c>.</summary>
public static class DeadLetterReason
{
    /// <summary>The record is not of its format: JSON that does not parse, a CSV line with another number of columns.</summary>
    public const string Malformed = "malformed";

    /// <summary>A field of the schema is not there, or null.</summary>
    public const string MissingField = "missing-field";

    /// <summary>A field has another type: text instead of a number, an object instead of text.</summary>
    public const string WrongType = "wrong-type";

    /// <summary>A number is NaN or infinite, or too large for 64 bits; a feature of a context: for 32.</summary>
    public const string NotFinite = "not-finite";

    /// <summary>The reading of a counter is negative, not whole, or larger than its bits hold.</summary>
    public const string BadCounter = "bad-counter";

    /// <summary>The time is no instant, or one more than 146 million years away.</summary>
    public const string BadTime = "bad-time";

    /// <summary>The key is empty, longer than <see cref="MaxKeyBytes"/> bytes, or no UTF-8.</summary>
    public const string BadKey = "bad-key";

    /// <summary>A record of the events topic that is no copy of a record of the pipeline's sources.</summary>
    public const string BadEnvelope = "bad-envelope";

    /// <summary>The copy for the events topic would be larger than the producer takes, or the features of a context take more bytes than its
    /// schema allows.</summary>
    public const string TooLarge = "too-large";

    /// <summary>The time is not after the last one of its key, in steps of the task.</summary>
    public const string TimeNotIncreasing = "time-not-increasing";

    /// <summary>The id of a decision, or the name of an action, is empty, longer than <see cref="MaxIdBytes"/> bytes, or no UTF-8.</summary>
    public const string BadId = "bad-id";

    /// <summary>A context without actions.</summary>
    public const string NoActions = "no-actions";

    /// <summary>A context none of whose actions may be chosen.</summary>
    public const string NoAllowedAction = "no-allowed-action";

    /// <summary>A context with more actions than the task has, or than any may have.</summary>
    public const string TooManyActions = "too-many-actions";

    /// <summary>An action that the context does not have, or a logged one that it does not allow.</summary>
    public const string UnknownAction = "unknown-action";

    /// <summary>Two actions of a context have the same name.</summary>
    public const string DuplicateAction = "duplicate-action";

    /// <summary>The probability with which a logged action was chosen is missing, or not in (0, 1].</summary>
    public const string BadPropensity = "bad-propensity";

    /// <summary>Feedback outside of the range that the task declares.</summary>
    public const string CostOutOfRange = "cost-out-of-range";

    /// <summary>A cost where the task has rewards, or a reward where it has costs.</summary>
    public const string WrongFeedback = "wrong-feedback";

    /// <summary>Longest id of a decision and longest name of an action, in bytes of UTF-8.</summary>
    public const int MaxIdBytes = 256;

    /// <summary>Longest key, in bytes of UTF-8.</summary>
    public const int MaxKeyBytes = 1024;

    /// <summary>The event time is too far after Kafka's timestamp.</summary>
    public const string TimeJump = "time-jump";

    /// <summary>The id of the context, or of the features, has come before.</summary>
    public const string DuplicateDecision = "duplicate-decision";

    /// <summary>The decision has had its feedback, or the features their label.</summary>
    public const string DuplicateFeedback = "duplicate-feedback";

    /// <summary>The decision, or the features, have waited too long, or had to make room.</summary>
    public const string LateFeedback = "late-feedback";

    /// <summary>The decision that feedback is for, or the features that a label is for, have not been seen.</summary>
    public const string UnknownDecision = "unknown-decision";

    /// <summary>A label is empty, longer than <see cref="Learners.Supervised.SupervisedTask.MostLabelBytes"/> bytes, or no UTF-8.</summary>
    public const string BadLabel = "bad-label";

    /// <summary>The label is none of the task's classes, or one more than there may be.</summary>
    public const string UnknownLabel = "unknown-label";

    /// <summary>A text has no byte.</summary>
    public const string EmptyText = "empty-text";

    /// <summary>A text is no Unicode.</summary>
    public const string BadText = "bad-text";

    /// <summary>The domain of a text is empty, longer than <see cref="Learners.Language.LanguageTask.MostDomainBytes"/> bytes, or no UTF-8.</summary>
    public const string BadDomain = "bad-domain";

    /// <summary>The domain of a text is none of the task's, or one more than there may be.</summary>
    public const string UnknownDomain = "unknown-domain";

    /// <summary>The record does not fit the task.</summary>
    public const string Unusable = "unusable";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Malformed, MissingField, WrongType, NotFinite, BadCounter, BadTime,
        BadKey, BadEnvelope, TooLarge, TimeNotIncreasing, BadId, NoActions,
        NoAllowedAction, TooManyActions, UnknownAction, DuplicateAction, BadPropensity, CostOutOfRange,
        WrongFeedback, TimeJump, DuplicateDecision, DuplicateFeedback, LateFeedback, UnknownDecision,
        BadLabel, UnknownLabel, EmptyText, BadText, BadDomain, UnknownDomain, Unusable,
    ];

    /// <summary>The reason for what a fleet refused.</summary>
    public static string Of(ExampleStatus status) => status switch
    {
        ExampleStatus.TimeNotIncreasing => TimeNotIncreasing,
        ExampleStatus.NotFinite => NotFinite,
        ExampleStatus.DuplicateDecision => DuplicateDecision,
        ExampleStatus.DuplicateFeedback => DuplicateFeedback,
        ExampleStatus.LateFeedback => LateFeedback,
        ExampleStatus.UnknownDecision => UnknownDecision,
        ExampleStatus.UnknownLabel => UnknownLabel,
        ExampleStatus.UnknownDomain => UnknownDomain,
        ExampleStatus.Unusable => Unusable,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a refusal."),
    };
}

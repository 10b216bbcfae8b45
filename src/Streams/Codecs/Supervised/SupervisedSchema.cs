using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Streams.Codecs.Supervised;

/// <summary>Records of the tasks <c>classify</c> and <c>regress</c>, in <c>json</c> or <c>csv</c>: which fields mean what.</summary>
public abstract record SupervisedSchema : SourceSchema
{
    /// <summary>What is predicted: says whether labels are texts or numbers.</summary>
    public required SupervisedTask Task { get; init; }

    /// <summary>Field of what features and their label meet by.</summary>
    public string Id { get; init; } = "id";

    /// <summary>Field of the label, or of the number that is to be predicted.</summary>
    public string Label { get; init; } = "label";

    /// <summary>How far an event time may lie after Kafka's timestamp, and in the future when it is copied, in milliseconds; 0: as far as it likes.
    /// Default one hour.</summary>
    public override long MaxJumpMilliseconds { get; init; } = DefaultMaxJump;

    /// <summary>For <c>csv</c>: the names of the columns. A file's header line says them itself.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Character between the columns of <c>csv</c>.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Fields of the features, in the order in which learners see them; none: the records are labels of others.</summary>
    internal abstract IReadOnlyList<string> FeatureFields { get; }

    /// <summary>Whether a record must have an id.</summary>
    internal abstract bool NeedsId { get; }

    /// <summary>Whether a record must have a label.</summary>
    internal bool NeedsLabel => FeatureFields.Count == 0;

    /// <summary>The label that a text of a record stands for: numbers are written in one way. Null: it is none.</summary>
    public static string? LabelOf(string text) => LabelField.Canonical(text);

    /// <inheritdoc/>
    public override string FieldOf(ExampleStatus refused) => refused.IsAboutId() ? Id : refused == ExampleStatus.UnknownLabel ? Label : "";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, object Value)> Settings() =>
    [
        .. base.Settings(), ("id", Id), ("label", Label), ("max-jump", FormattableString.Invariant($"{MaxJumpMilliseconds}ms")),
        ("columns", string.Join(", ", Columns)), ("separator", Separator),
    ];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A field has no name or two meanings, or is not among the columns.</exception>
    public override IRecordDecoder CreateDecoder()
    {
        string[] fields = [Id, Label, .. FeatureFields];
        if (fields.Contains("") || fields.GroupBy(field => field).FirstOrDefault(group => group.Count() > 1) is not null)
        {
            var twice = fields.GroupBy(field => field).FirstOrDefault(group => group.Count() > 1)?.Key;
            throw new ArgumentException($"Field '{twice}' has no name or two meanings; expected names that differ for id, label and features.");
        }

        return Format switch
        {
            "json" => new SupervisedJsonDecoder(this),
            "csv" => new SupervisedCsvDecoder(this),
            _ => throw new ArgumentException($"Format '{Format}'; expected json or csv."),
        };
    }
}

using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Streams.Codecs;

/// <summary>The fields of a record that is a value with features, in <c>json</c> or <c>csv</c>.</summary>
public sealed record RecordSchema : SourceSchema
{
    /// <summary>Field of the value to be learned.</summary>
    public string Value { get; init; } = "value";

    /// <summary>What the value is. Counters are read as whole numbers, exactly.</summary>
    public ValueKind ValueKind { get; init; }

    /// <summary>Fields of the features, in the order in which learners see them.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>For <c>csv</c>: the names of the columns. A file's header line says them itself.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Character between the columns of <c>csv</c>.</summary>
    public char Separator { get; init; } = ',';

    /// <inheritdoc/>
    public override string FieldOf(ExampleStatus refused) => refused switch
    {
        ExampleStatus.NotFinite => Value,
        _ => Time,
    };

    /// <inheritdoc/>
    public override IEnumerable<(string Name, object Value)> Settings() =>
    [
        .. base.Settings(), ("value", Value), ("value-kind", ValueKind), ("features", string.Join(", ", Features)), ("columns", string.Join(", ", Columns)),
        ("separator", Separator),
    ];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A field is not among the columns.</exception>
    public override IRecordDecoder CreateDecoder() => Format switch
    {
        "json" => new JsonRecordDecoder(this),
        "csv" => new CsvRecordDecoder(this),
        _ => throw new ArgumentException($"Format '{Format}'; expected json or csv."),
    };
}

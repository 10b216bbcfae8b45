using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Streams.Codecs;

/// <summary>Which fields of a record mean what.</summary>
public sealed record RecordSchema
{
    /// <summary>Name of the format: <c>json</c> or <c>csv</c>.</summary>
    public string Format { get; init; } = "json";

    /// <summary>Field of the key. Empty: the Kafka message key, or one series of all records where there is none.</summary>
    public string Key { get; init; } = "key";

    /// <summary>Field of the event time. Empty: Kafka's timestamp.</summary>
    public string Time { get; init; } = "time";

    /// <summary>How numbers in the time field are read.</summary>
    public TimeUnit TimeUnit { get; init; } = TimeUnit.Auto;

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

    /// <summary>The field at fault in an example that a fleet refused.</summary>
    public string FieldOf(ExampleStatus refused) => refused switch
    {
        ExampleStatus.NotFinite => Value,
        _ => Time,
    };

    /// <summary>The decoder of this schema. It is for one stream at a time.</summary>
    /// <exception cref="ArgumentException">A field is not among the columns.</exception>
    public IRecordDecoder CreateDecoder() => Format switch
    {
        "json" => new JsonRecordDecoder(this),
        "csv" => new CsvRecordDecoder(this),
        _ => throw new ArgumentException($"Format '{Format}'; expected json or csv."),
    };
}

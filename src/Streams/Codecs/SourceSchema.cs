using StreamLearn.Learners.Examples;

namespace StreamLearn.Streams.Codecs;

/// <summary>How the records of a source are read; which fields mean what, its subclass says.</summary>
public abstract record SourceSchema
{
    /// <summary>Name of the format.</summary>
    public string Format { get; init; } = "json";

    /// <summary>Field of the key. Empty: the Kafka message key, or one learner of all records where there is none.</summary>
    public string Key { get; init; } = "key";

    /// <summary>Field of the event time. Empty: Kafka's timestamp.</summary>
    public string Time { get; init; } = "time";

    /// <summary>How numbers in the time field are read.</summary>
    public TimeUnit TimeUnit { get; init; } = TimeUnit.Auto;

    /// <summary>How far an event time may lie in the future, in milliseconds; 0: as far as it likes.</summary>
    public virtual long MaxJumpMilliseconds { get; init; }

    /// <summary>Whether its records are predicted on; else they say what came of others.</summary>
    public virtual bool IsPredictedOn => true;

    /// <summary>The field at fault in an example that a fleet refused.</summary>
    public abstract string FieldOf(ExampleStatus refused);

    /// <summary>The decoder of this schema. It is for one stream at a time.</summary>
    /// <exception cref="ArgumentException">The schema contradicts itself.</exception>
    public abstract IRecordDecoder CreateDecoder();

    /// <summary>What decides what a record says, by the name of its setting: stored with the learners' state, and compared at the next start.</summary>
    public virtual IEnumerable<(string Name, object Value)> Settings() =>
        [("format", Format), ("key", Key), ("time", Time), ("time-unit", TimeUnit)];
}

using StreamLearn.Learners.Supervised;

namespace StreamLearn.Streams.Codecs.Supervised;

/// <summary>A record that is being read, in whatever format: features, id and label, as far as they have come.</summary>
internal sealed class SupervisedDraft(SupervisedSchema schema)
{
    private readonly float[] _numbers = new float[schema.FeatureFields.Count];
    private readonly bool _hasFeatures = schema.FeatureFields.Count > 0;

    /// <summary>Which features are there.</summary>
    internal FeatureFields Features { get; } = new(schema.FeatureFields);

    /// <summary>The features.</summary>
    internal Span<float> Numbers => _numbers;

    /// <summary>The id, where there is one.</summary>
    internal JsonText Id { get; } = new();

    /// <summary>Whether there is an id.</summary>
    internal bool HasId { get; set; }

    /// <summary>The label.</summary>
    internal LabelField Label { get; } = new(schema.Task);

    /// <summary>Starts anew.</summary>
    internal void Begin()
    {
        Features.Begin();
        Label.Clear();
        HasId = false;
    }

    /// <summary>What is missing, or wrong with key and time; null: nothing.</summary>
    internal (string Reason, string Field)? Complete(PayloadColumns<SupervisedRecordWriter> columns) =>
        columns.Complete(optionalTime: !_hasFeatures)
        ?? (schema.NeedsId && !HasId && !(_hasFeatures && Label.IsThere) ? (DeadLetterReason.MissingField, schema.Id)
            : Features.Missing() is { } missing ? (DeadLetterReason.MissingField, missing)
            : schema.NeedsLabel && !Label.IsThere ? (DeadLetterReason.MissingField, schema.Label)
            : null);

    /// <summary>Writes the record, which is complete.</summary>
    internal void Write(SupervisedRecordWriter writer)
    {
        var id = HasId ? Id.Text : [];
        if (_hasFeatures)
        {
            Label.Write(writer, id, _numbers);
        }
        else
        {
            Label.Write(writer, id);
        }
    }
}

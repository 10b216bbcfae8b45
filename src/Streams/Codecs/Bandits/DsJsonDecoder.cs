using System.Buffers;
using System.Text.Json;
using StreamLearn.Learners.Bandits;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>
/// Contexts as Vowpal Wabbit's decision service logs them (<c>--dsjson</c>), a JSON object a message: shared features in <c>c</c>, actions in
/// <c>c._multi</c>, what was chosen and what it cost in <c>_label_cost</c>, <c>_label_probability</c>, <c>_labelIndex</c>. Objects are
/// namespaces, text is a feature <c>name=text</c>, arrays are numbered features; names that start with an underscore are passed over.
/// </summary>
/// <remarks>Keys are message keys. Without <c>EventId</c> the id says where the record is; without <c>Timestamp</c> the time is Kafka's.</remarks>
public sealed class DsJsonDecoder : PayloadJsonDecoder<BanditRecordWriter>
{
    private const string ContextField = "c";
    private const string MultiField = "_multi";
    private const string SlotsField = "_slots";
    private const string IdField = "EventId";
    private const string TimeField = "Timestamp";
    private const string CostField = "_label_cost";
    private const string ProbabilityField = "_label_probability";
    private const string ActionField = "_label_Action";
    private const string IndexField = "_labelIndex";

    // What would be no part of a name in VW's text becomes an underscore, so that both formats have the same features.
    private static readonly SearchValues<byte> Marks = SearchValues.Create("|:"u8);
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(VwText.Blanks);

    private readonly BanditDraft _draft;
    private readonly FeedbackFields _feedback;
    private readonly JsonText _name = new();
    private readonly JsonText _tag = new();
    private readonly bool _takesCosts;
    private readonly bool _needsActions;

    internal DsJsonDecoder(BanditSchema schema)
        : base(new PayloadColumns<BanditRecordWriter>("", TimeField, schema.MaxJumpMilliseconds))
    {
        _draft = new BanditDraft(schema.Task, schema.MostBytes);
        _feedback = new FeedbackFields(schema.Task, "reward", CostField);
        _takesCosts = _feedback.Expected == CostField;
        _needsActions = !schema.Task.UsesBlocks;
    }

    /// <inheritdoc/>
    private protected override void Write(BanditRecordWriter payloads) => _draft.Write(payloads);

    /// <inheritdoc/>
    private protected override (string Reason, string Field)? ReadObject(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return (DeadLetterReason.Malformed, "");
        }

        _draft.Clear();
        (string, string)? problem = null;
        double? cost = null;
        double? probability = null;
        double? ranked = null;
        double? action = null;
        double? index = null;
        double? first = null;
        var (hasContext, hasMulti, skips) = (false, false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (JsonFields.IsNamed(in name, "EventId"u8))
            {
                var reason = _name.ReadName(in reader) ?? (_draft.TrySetId(_name.Text) ? null : DeadLetterReason.BadId);
                problem ??= reason is null ? null : (reason, IdField);
            }
            else if (JsonFields.IsNamed(in name, "Timestamp"u8))
            {
                problem ??= JsonFields.ReadTime(ref reader, Columns, TimeUnit.Auto, TimeField);
            }
            else if (JsonFields.IsNamed(in name, "_label_cost"u8))
            {
                problem ??= ReadNumber(in reader, CostField, out cost);
            }
            else if (JsonFields.IsNamed(in name, "_label_probability"u8))
            {
                problem ??= ReadNumber(in reader, ProbabilityField, out probability);
            }
            else if (JsonFields.IsNamed(in name, "_label_Action"u8) || JsonFields.IsNamed(in name, "_label_action"u8))
            {
                problem ??= ReadNumber(in reader, ActionField, out action);
            }
            else if (JsonFields.IsNamed(in name, "_labelIndex"u8))
            {
                problem ??= ReadNumber(in reader, IndexField, out index);
            }
            else if (JsonFields.IsNamed(in name, "a"u8) || JsonFields.IsNamed(in name, "_a"u8))
            {
                problem ??= ReadFirst(reader, "a", out first);
            }
            else if (JsonFields.IsNamed(in name, "p"u8) || JsonFields.IsNamed(in name, "_p"u8))
            {
                problem ??= ReadFirst(reader, "p", out ranked);
            }
            else if (JsonFields.IsNamed(in name, "_skipLearn"u8))
            {
                skips = reader.TokenType == JsonTokenType.True;
            }
            else if (JsonFields.IsNamed(in name, "c"u8))
            {
                problem ??= ReadContext(reader, out hasMulti);
                hasContext = true;
            }

            reader.Skip();
        }

        // Whatever follows the object makes the record malformed: reading on throws.
        reader.Read();
        problem ??= hasContext ? null : (DeadLetterReason.MissingField, ContextField);
        problem ??= hasMulti || !_needsActions ? null : (DeadLetterReason.MissingField, MultiField);
        problem ??= _draft.ActionsProblem() is { } actions ? (actions, MultiField) : null;
        problem ??= _draft.IsFinite ? null : (DeadLetterReason.NotFinite, ContextField);
        if (cost is { } paid && !skips)
        {
            // Places count from 0, actions from 1; the place says it where they differ, as VW has it.
            problem ??= TakeOutcome(index ?? ((action ?? first) - 1), probability ?? ranked ?? 0, paid);
        }

        if (!_draft.HasId)
        {
            _draft.TrySetId(Columns.OriginId());
        }

        return problem ?? Columns.Complete(optionalTime: true);
    }

    private (string Reason, string Field)? TakeOutcome(double? place, double probability, double cost)
    {
        if (place is not { } action)
        {
            return (DeadLetterReason.MissingField, ActionField);
        }

        if (!(action >= 0 && action < _draft.Count && action == Math.Floor(action)))
        {
            return (DeadLetterReason.UnknownAction, ActionField);
        }

        if (probability is not (> 0 and <= 1))
        {
            return (DeadLetterReason.BadPropensity, ProbabilityField);
        }

        if (!_takesCosts)
        {
            return _feedback.Wrong;
        }

        _draft.SetOutcome((int)action, probability, cost);
        return _feedback.Check(cost);
    }

    /// <summary>Reads features and actions. The reader is a copy: whoever calls reads on behind them whatever is in them.</summary>
    private (string Reason, string Field)? ReadContext(Utf8JsonReader reader, out bool hasMulti)
    {
        hasMulti = false;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return (DeadLetterReason.WrongType, ContextField);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader;
            reader.Read();
            (string, string)? problem = null;
            if (JsonFields.IsNamed(in name, "_multi"u8))
            {
                problem = ReadMulti(ref reader);
                hasMulti = true;
            }
            else if (JsonFields.IsNamed(in name, "_slots"u8))
            {
                // One decision of several: not ours.
                problem = (DeadLetterReason.WrongType, SlotsField);
            }
            else
            {
                problem = ReadProperty(in name, ref reader, FeatureHash.Unnamed, _draft.Shared);
            }

            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private (string Reason, string Field)? ReadMulti(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return (DeadLetterReason.WrongType, MultiField);
        }

        _draft.ClearActions();
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return (DeadLetterReason.WrongType, MultiField);
            }

            if (_draft.AddAction(out var features) is { } impossible)
            {
                return (impossible, MultiField);
            }

            if (ReadAction(ref reader, features) is { } problem)
            {
                return problem;
            }
        }

        return count == 0 ? (DeadLetterReason.NoActions, MultiField) : null;
    }

    private (string Reason, string Field)? ReadAction(ref Utf8JsonReader reader, Span<float> features)
    {
        var named = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader;
            reader.Read();
            if (JsonFields.IsNamed(in name, "_tag"u8) && reader.TokenType != JsonTokenType.Null)
            {
                if (_tag.ReadName(in reader) is { } reason)
                {
                    return (reason, "_tag");
                }

                named = true;
            }
            else if (ReadProperty(in name, ref reader, FeatureHash.Unnamed, features) is { } problem)
            {
                return problem;
            }
        }

        return named && !_draft.HasFixedActions && _draft.NameAction(_tag.Text) is { } unusable ? (unusable, "_tag") : null;
    }

    /// <summary>Adds the features of an object, which is a namespace.</summary>
    private (string Reason, string Field)? ReadNamespace(ref Utf8JsonReader reader, uint space, Span<float> features)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader;
            reader.Read();
            if (ReadProperty(in name, ref reader, space, features) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Adds what a property says: a feature, or a namespace of them.</summary>
    private (string Reason, string Field)? ReadProperty(in Utf8JsonReader name, ref Utf8JsonReader reader, uint space, Span<float> features)
    {
        if (!_name.TryRead(in name))
        {
            return (DeadLetterReason.Malformed, "");
        }

        if (_name.Text.StartsWith((byte)'_'))
        {
            return ReadSpecial(ref reader, space, features);
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadNamespace(ref reader, FeatureHash.Namespace(_name.Text), features);
            case JsonTokenType.StartArray:
                return ReadArray(ref reader, FeatureHash.Namespace(_name.Text), features);
            case JsonTokenType.Number:
                return Add(features, FeatureHash.Feature(space, _name.Text), NumberAt(in reader));
            case JsonTokenType.True:
                return Add(features, FeatureHash.Feature(space, _name.Text), 1);
            case JsonTokenType.String:
                _name.Append("="u8);
                if (!_name.TryAppend(in reader, out var text))
                {
                    return (DeadLetterReason.Malformed, "");
                }

                text.ReplaceAny(Marks, (byte)'_');
                text.ReplaceAny(Blanks, (byte)'_');
                return Add(features, FeatureHash.Feature(space, _name.Text), 1);
            default:
                return null;
        }
    }

    /// <summary>Reads what starts with an underscore: only <c>_text</c> means something here, features that are words.</summary>
    private (string Reason, string Field)? ReadSpecial(ref Utf8JsonReader reader, uint space, Span<float> features)
    {
        if (_name.Text.StartsWith("_label"u8))
        {
            return (DeadLetterReason.WrongType, CostField);
        }

        if (!_name.Text.SequenceEqual("_text"u8) || reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return null;
        }

        if (!_name.TryRead(in reader, out var text))
        {
            return (DeadLetterReason.Malformed, "");
        }

        text.ReplaceAny(Marks, (byte)'_');
        var rest = _name.Text;
        for (var word = VwText.TakeWord(ref rest); !word.IsEmpty; word = VwText.TakeWord(ref rest))
        {
            if (Add(features, FeatureHash.Feature(space, word), 1) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Adds the numbers of an array, by their places, and the features of objects in it.</summary>
    private (string Reason, string Field)? ReadArray(ref Utf8JsonReader reader, uint space, Span<float> features)
    {
        var place = space;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var problem = reader.TokenType switch
            {
                JsonTokenType.Number => Add(features, place++, NumberAt(in reader)),
                JsonTokenType.StartObject => ReadNamespace(ref reader, space, features),
                JsonTokenType.Null => null,
                _ => (DeadLetterReason.WrongType, ContextField),
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static (string Reason, string Field)? Add(Span<float> features, uint feature, double value)
    {
        if (features.IsEmpty)
        {
            return (DeadLetterReason.WrongType, MultiField);
        }

        FeatureHash.Add(features, feature, value);
        return null;
    }

    private static double NumberAt(in Utf8JsonReader reader) => reader.TryGetDouble(out var number) ? number : double.NaN;

    /// <summary>Reads a number; VW writes NaN as text.</summary>
    private static (string Reason, string Field)? ReadNumber(in Utf8JsonReader reader, string field, out double? number)
    {
        number = reader.TokenType == JsonTokenType.Number ? NumberAt(in reader) : double.NaN;
        var isNumber = reader.TokenType == JsonTokenType.Number
            || (reader.TokenType == JsonTokenType.String && (JsonFields.IsNamed(in reader, "NaN"u8) || JsonFields.IsNamed(in reader, "nan"u8)));
        return isNumber ? null : (DeadLetterReason.WrongType, field);
    }

    /// <summary>Reads the first number of an array, which is the chosen action's, or a single one.</summary>
    private static (string Reason, string Field)? ReadFirst(Utf8JsonReader reader, string field, out double? number)
    {
        number = null;
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return null;
            }
        }

        return ReadNumber(in reader, field, out number);
    }
}

using System.Text;
using System.Text.Json;
using StreamLearn.Learners.Bandits;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>
/// Contexts that are JSON objects in UTF-8, one a message: <c>{"key","id","time", features, "actions":[{"id", features}], "allowed":[]}</c>,
/// and with <c>"action","probability"</c> and the feedback where somebody has chosen already. Unknown fields are ignored, and so is a null.
/// </summary>
/// <remarks>See <c>docs/bandit-records.md</c>.</remarks>
public sealed class JsonContextDecoder : PayloadJsonDecoder<BanditRecordWriter>
{
    private static readonly byte[] Container = "features"u8.ToArray();

    private readonly BanditSchema _schema;
    private readonly BanditDraft _draft;
    private readonly FeedbackFields _feedback;
    private readonly FeatureFields _shared;
    private readonly FeatureFields _own;
    private readonly JsonText _text = new();
    private readonly float[] _row;
    private readonly int[] _listed;
    private readonly bool _readsActions;
    private readonly bool _hasFixedActions;
    private readonly byte[] _key;
    private readonly byte[] _id;
    private readonly byte[] _time;
    private readonly byte[] _actions;
    private readonly byte[] _actionId;
    private readonly byte[] _allowed;
    private readonly byte[] _action;
    private readonly byte[] _probability;
    private readonly byte[] _expected;
    private readonly byte[] _other;
    private int _turn;

    /// <exception cref="ArgumentException">A field has two meanings that exclude each other.</exception>
    internal JsonContextDecoder(BanditSchema schema)
        : base(new PayloadColumns<BanditRecordWriter>(schema.Key, schema.Time, schema.MaxJumpMilliseconds))
    {
        CheckFields(schema);
        _schema = schema;
        _draft = new BanditDraft(schema.Task, schema.MostBytes);
        _feedback = new FeedbackFields(schema.Task, schema.Reward, schema.Cost);
        _shared = new FeatureFields(schema.Features);
        _own = new FeatureFields(schema.ActionFeatures);
        _row = new float[schema.ActionFeatures.Count];
        _listed = new int[schema.Task.Actions.Count];
        _hasFixedActions = schema.Task.HasFixedActions;
        _readsActions = !_hasFixedActions || schema.ActionFeatures.Count > 0;
        _key = Encoding.UTF8.GetBytes(schema.Key);
        _id = Encoding.UTF8.GetBytes(schema.Id);
        _time = Encoding.UTF8.GetBytes(schema.Time);
        _actions = Encoding.UTF8.GetBytes(schema.Actions);
        _actionId = Encoding.UTF8.GetBytes(schema.ActionId);
        _allowed = Encoding.UTF8.GetBytes(schema.Allowed);
        _action = Encoding.UTF8.GetBytes(schema.Action);
        _probability = Encoding.UTF8.GetBytes(schema.Probability);
        _expected = Encoding.UTF8.GetBytes(_feedback.Expected);
        _other = Encoding.UTF8.GetBytes(_feedback.Other);
    }

    private static void CheckFields(BanditSchema schema)
    {
        string[] own = [schema.Allowed, schema.Actions, schema.Action, schema.Probability, schema.Reward, schema.Cost];
        string[] fields = [.. own, .. schema.Features];
        var twice = fields.GroupBy(field => field).FirstOrDefault(group => group.Count() > 1)
            ?? schema.ActionFeatures.GroupBy(field => field).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null || schema.Id.Length == 0 || fields.Contains(""))
        {
            throw new ArgumentException(
                $"Field '{twice?.Key}' has no name or two meanings; expected names that differ for id, features, and {string.Join(", ", own)}.");
        }
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
        _shared.Begin();
        (string, string)? problem = null;
        var (probability, feedback) = (double.NaN, double.NaN);
        var (hasId, hasActions, hasAllowed, hasAction, hasProbability, hasFeedback, hasOther) = (false, false, false, false, false, false, false);

        // What names actions is read when these are known.
        Utf8JsonReader allowed = default;
        Utf8JsonReader action = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader;
            reader.Read();
            if (reader.TokenType is JsonTokenType.Null)
            {
                continue;
            }

            if (_key.Length > 0 && JsonFields.IsNamed(in name, _key))
            {
                problem ??= JsonFields.ReadKey(ref reader, Columns, _schema.Key);
            }

            if (_time.Length > 0 && JsonFields.IsNamed(in name, _time))
            {
                problem ??= JsonFields.ReadTime(ref reader, Columns, _schema.TimeUnit, _schema.Time);
            }

            if (JsonFields.IsNamed(in name, _id))
            {
                problem ??= ReadId(in reader);
                hasId = true;
            }

            if (_shared.Find(in name) is >= 0 and var feature)
            {
                problem ??= _shared.Read(ref reader, feature, _draft.Shared);
            }
            else if (reader.TokenType == JsonTokenType.StartObject && JsonFields.IsNamed(in name, Container))
            {
                var features = reader;
                problem ??= _shared.ReadObject(ref features, _draft.Shared);
            }
            else if (_readsActions && JsonFields.IsNamed(in name, _actions))
            {
                problem ??= ReadActions(reader);
                hasActions = true;
            }
            else if (JsonFields.IsNamed(in name, _allowed))
            {
                allowed = reader;
                hasAllowed = true;
            }
            else if (JsonFields.IsNamed(in name, _action))
            {
                action = reader;
                hasAction = true;
            }
            else if (JsonFields.IsNamed(in name, _probability))
            {
                problem ??= ReadNumber(in reader, _schema.Probability, out probability);
                hasProbability = true;
            }
            else if (JsonFields.IsNamed(in name, _expected))
            {
                problem ??= ReadNumber(in reader, _feedback.Expected, out feedback);
                hasFeedback = true;
            }
            else if (JsonFields.IsNamed(in name, _other))
            {
                hasOther = true;
            }

            reader.Skip();
        }

        // Whatever follows the object makes the record malformed: reading on throws.
        reader.Read();
        problem ??= Columns.Complete(optionalTime: false);
        problem ??= hasId ? null : (DeadLetterReason.MissingField, _schema.Id);
        problem ??= _shared.Missing() is { } missing ? (DeadLetterReason.MissingField, missing) : null;
        problem ??= hasActions || !_readsActions ? null : (DeadLetterReason.MissingField, _schema.Actions);
        problem ??= _draft.ActionsProblem() is { } actions ? (actions, _schema.Actions) : null;
        if (hasAllowed)
        {
            problem ??= ReadAllowed(ref allowed);
        }

        if (hasAction)
        {
            problem ??= hasOther ? _feedback.Wrong : hasFeedback ? null : (DeadLetterReason.MissingField, _feedback.Expected);
            problem ??= ReadOutcome(in action, probability, feedback);
        }
        else if (hasProbability || hasFeedback || hasOther)
        {
            problem ??= (DeadLetterReason.MissingField, _schema.Action);
        }

        return problem;
    }

    private (string Reason, string Field)? ReadId(in Utf8JsonReader reader)
    {
        var reason = _text.ReadName(in reader) ?? (_draft.TrySetId(_text.Text) ? null : DeadLetterReason.BadId);
        return reason is null ? null : (reason, _schema.Id);
    }

    /// <summary>Reads the actions with their features. The reader is a copy: whoever calls reads on behind them whatever is in them.</summary>
    private (string Reason, string Field)? ReadActions(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return (DeadLetterReason.WrongType, _schema.Actions);
        }

        _draft.ClearActions();
        _turn++;
        var number = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; number++)
        {
            if (ReadAction(ref reader, number) is { } problem)
            {
                return problem;
            }
        }

        return number == 0 ? (DeadLetterReason.NoActions, _schema.Actions) : null;
    }

    /// <summary>Reads an action: an object, or its id alone.</summary>
    private (string Reason, string Field)? ReadAction(ref Utf8JsonReader reader, int number)
    {
        if (_draft.AddAction(out var features) is { } impossible)
        {
            return (impossible, _schema.Actions);
        }

        var named = true;
        _own.Begin();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            if (ReadActionObject(ref reader, out named) is { } problem)
            {
                return problem;
            }
        }
        else if (_text.ReadName(in reader) is { } reason)
        {
            return (reason, _schema.Actions);
        }

        if (_own.Missing() is { } missing)
        {
            return (DeadLetterReason.MissingField, missing);
        }

        if (!_hasFixedActions)
        {
            _row.CopyTo(features);
            return named && _draft.NameAction(_text.Text) is { } unusable ? (unusable, _schema.Actions) : null;
        }

        var action = named ? _draft.Names.Find(_text.Text) : number;
        if (action < 0 || _listed[action] == _turn)
        {
            return (action < 0 ? DeadLetterReason.UnknownAction : DeadLetterReason.DuplicateAction, _schema.Actions);
        }

        _listed[action] = _turn;
        _row.CopyTo(_draft.FeaturesOf(action));
        return null;
    }

    private (string Reason, string Field)? ReadActionObject(ref Utf8JsonReader reader, out bool named)
    {
        named = false;
        (string, string)? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = JsonFields.IsNamed(in reader, _actionId);
            var isContainer = JsonFields.IsNamed(in reader, Container);
            var feature = _own.Find(in reader);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (isId)
            {
                problem ??= _text.ReadName(in reader) is { } reason ? (reason, _schema.Actions) : null;
                named = true;
            }

            if (feature >= 0)
            {
                problem ??= _own.Read(ref reader, feature, _row);
            }
            else if (isContainer && reader.TokenType == JsonTokenType.StartObject)
            {
                problem ??= _own.ReadObject(ref reader, _row);
            }

            reader.Skip();
        }

        return problem;
    }

    /// <summary>Reads which actions may be chosen: a boolean for each, or those that may by name or number.</summary>
    private (string Reason, string Field)? ReadAllowed(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return (DeadLetterReason.WrongType, _schema.Allowed);
        }

        _draft.Mask();
        var number = 0;
        var booleans = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; number++)
        {
            var action = number;
            if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
            {
                booleans++;
                if (number >= _draft.Count)
                {
                    return (DeadLetterReason.UnknownAction, _schema.Allowed);
                }
            }
            else if (FindAction(in reader, out action) is { } reason)
            {
                return (reason, _schema.Allowed);
            }

            if (reader.TokenType != JsonTokenType.False)
            {
                _draft.Allow(action);
            }
        }

        if (booleans > 0 && (booleans != number || number != _draft.Count))
        {
            return (booleans != number ? DeadLetterReason.WrongType : DeadLetterReason.MissingField, _schema.Allowed);
        }

        return _draft.HasAllowed ? null : (DeadLetterReason.NoAllowedAction, _schema.Allowed);
    }

    private (string Reason, string Field)? ReadOutcome(in Utf8JsonReader reader, double probability, double feedback)
    {
        if (FindAction(in reader, out var action) is { } reason)
        {
            return (reason, _schema.Action);
        }

        if (!_draft.IsAllowed(action))
        {
            return (DeadLetterReason.UnknownAction, _schema.Action);
        }

        if (probability is not (> 0 and <= 1))
        {
            return (DeadLetterReason.BadPropensity, _schema.Probability);
        }

        _draft.SetOutcome(action, probability, feedback);
        return _feedback.Check(feedback);
    }

    /// <summary>Finds an action by its name, or by its number where names are no numbers.</summary>
    private string? FindAction(in Utf8JsonReader reader, out int action)
    {
        action = -1;
        if (_text.ReadName(in reader) is { } reason)
        {
            return reason == DeadLetterReason.WrongType ? reason : DeadLetterReason.UnknownAction;
        }

        if (reader.TokenType == JsonTokenType.String || _draft.Names.AreNumbers)
        {
            action = _draft.Names.Find(_text.Text);
        }
        else if (reader.TryGetInt32(out var number) && number >= 0 && number < _draft.Count)
        {
            action = number;
        }

        return action < 0 ? DeadLetterReason.UnknownAction : null;
    }

    private static (string Reason, string Field)? ReadNumber(in Utf8JsonReader reader, string field, out double number)
    {
        number = double.NaN;
        return reader.TokenType != JsonTokenType.Number ? (DeadLetterReason.WrongType, field)
            : reader.TryGetDouble(out number) ? null : (DeadLetterReason.NotFinite, field);
    }
}

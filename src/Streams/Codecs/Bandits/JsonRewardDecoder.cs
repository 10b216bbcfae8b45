using System.Text;
using System.Text.Json;
using StreamLearn.Learners.Bandits;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>
/// Feedback on decisions, JSON objects in UTF-8, one a message: <c>{"key","id","reward" or "cost"}</c> as the task has it, with
/// <c>"time"</c> or without. Unknown fields are ignored, and so is a null.
/// </summary>
public sealed class JsonRewardDecoder : PayloadJsonDecoder<BanditRecordWriter>
{
    private readonly RewardSchema _schema;
    private readonly FeedbackFields _feedback;
    private readonly JsonText _id = new();
    private readonly byte[] _keyName;
    private readonly byte[] _idName;
    private readonly byte[] _timeName;
    private readonly byte[] _expected;
    private readonly byte[] _other;

    // The feedback of the record that is read.
    private double _given;

    internal JsonRewardDecoder(RewardSchema schema)
        : base(new PayloadColumns<BanditRecordWriter>(schema.Key, schema.Time, schema.MaxJumpMilliseconds))
    {
        if (schema.Id.Length == 0 || schema.Reward.Length == 0 || schema.Cost.Length == 0 || schema.Reward == schema.Cost)
        {
            throw new ArgumentException(
                $"Fields '{schema.Id}', '{schema.Reward}' and '{schema.Cost}' of id, reward and cost; expected names that differ.");
        }

        _schema = schema;
        _feedback = new FeedbackFields(schema.Task, schema.Reward, schema.Cost);
        _keyName = Encoding.UTF8.GetBytes(schema.Key);
        _idName = Encoding.UTF8.GetBytes(schema.Id);
        _timeName = Encoding.UTF8.GetBytes(schema.Time);
        _expected = Encoding.UTF8.GetBytes(_feedback.Expected);
        _other = Encoding.UTF8.GetBytes(_feedback.Other);
    }

    /// <inheritdoc/>
    private protected override void Write(BanditRecordWriter payloads) => payloads.WriteFeedback(_id.Text, _given);

    /// <inheritdoc/>
    private protected override (string Reason, string Field)? ReadObject(ref Utf8JsonReader reader)
    {
        _given = double.NaN;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return (DeadLetterReason.Malformed, "");
        }

        (string, string)? problem = null;
        var (hasId, hasFeedback, hasOther) = (false, false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader;
            reader.Read();
            if (reader.TokenType is JsonTokenType.Null)
            {
                continue;
            }

            if (_keyName.Length > 0 && JsonFields.IsNamed(in name, _keyName))
            {
                problem ??= JsonFields.ReadKey(ref reader, Columns, _schema.Key);
            }

            if (_timeName.Length > 0 && JsonFields.IsNamed(in name, _timeName))
            {
                problem ??= JsonFields.ReadTime(ref reader, Columns, _schema.TimeUnit, _schema.Time);
            }

            if (JsonFields.IsNamed(in name, _idName))
            {
                problem ??= _id.ReadId(in reader) is { } reason ? (reason, _schema.Id) : null;
                hasId = true;
            }

            if (JsonFields.IsNamed(in name, _expected))
            {
                hasFeedback = true;
                if (reader.TokenType != JsonTokenType.Number)
                {
                    problem ??= (DeadLetterReason.WrongType, _feedback.Expected);
                }
                else if (!reader.TryGetDouble(out _given))
                {
                    problem ??= (DeadLetterReason.NotFinite, _feedback.Expected);
                }
            }

            hasOther |= JsonFields.IsNamed(in name, _other);
            reader.Skip();
        }

        // Whatever follows the object makes the record malformed: reading on throws.
        reader.Read();
        problem ??= Columns.Complete(optionalTime: true);
        problem ??= hasId ? null : (DeadLetterReason.MissingField, _schema.Id);
        problem ??= hasOther ? _feedback.Wrong : null;
        return problem ?? (hasFeedback ? _feedback.Check(_given) : (DeadLetterReason.MissingField, _feedback.Expected));
    }
}

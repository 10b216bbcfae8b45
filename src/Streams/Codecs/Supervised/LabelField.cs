using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Streams.Codecs.Supervised;

/// <summary>
/// The label of one record after the other: a text (classify) or a number (regress). Nothing is allocated once its buffer is large enough.
/// </summary>
/// <remarks>
/// Labels are compared as texts, so whatever says the same must be the same text. A label that is a number, or text that is one as JSON writes numbers,
/// is the shortest decimal that is read as the same 64-bit number: 1, 1.0, 1e0, "1" and "1.0" are all <c>1</c>. What is written in digits alone stays as it
/// is written, however many digits it has. Booleans are <c>true</c> and <c>false</c>. All other text stays as it is, <c>01</c>, <c>+1</c> and <c>True</c> among it.
/// </remarks>
internal sealed class LabelField(SupervisedTask task)
{
    private const int LongestNumber = 32;

    private readonly JsonText _json = new();
    private readonly byte[] _number = new byte[LongestNumber];
    private byte[] _text = new byte[2 * SupervisedTask.MostLabelBytes];
    private int _length;
    private double _target;

    /// <summary>Whether there is one.</summary>
    internal bool IsThere { get; private set; }

    /// <summary>Starts anew: there is none.</summary>
    internal void Clear() => IsThere = false;

    /// <summary>Reads it from JSON; the reason why it is none, or null.</summary>
    internal string? Read(in Utf8JsonReader reader)
    {
        IsThere = true;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when !reader.TryGetDouble(out _target) || !double.IsFinite(_target):
                return DeadLetterReason.NotFinite;
            case JsonTokenType.Number:
                return task.IsClassification ? Take(reader.ValueSpan) : null;
            case JsonTokenType.String when task.IsClassification:
                return _json.TryRead(in reader) ? Take(_json.Text) : DeadLetterReason.BadLabel;
            case JsonTokenType.True or JsonTokenType.False when task.IsClassification:
                return Take(reader.TokenType == JsonTokenType.True ? "true"u8 : "false"u8);
            default:
                return DeadLetterReason.WrongType;
        }
    }

    /// <summary>Reads it from a field of CSV that is not empty; the reason why it is none, or null.</summary>
    internal string? Read(in CsvLine line)
    {
        IsThere = true;
        if (!task.IsClassification)
        {
            return !double.TryParse(line.Field, NumberStyles.Float, CultureInfo.InvariantCulture, out _target) ? DeadLetterReason.WrongType
                : double.IsFinite(_target) ? null : DeadLetterReason.NotFinite;
        }

        if (_text.Length < line.Field.Length)
        {
            _text = new byte[line.Field.Length];
        }

        return Take(_text.AsSpan(0, line.Unquote(_text)));
    }

    /// <summary>The label that a text stands for; null: it is none.</summary>
    internal static string? Canonical(string text)
    {
        var field = new LabelField(new SupervisedTask { Name = SupervisedTask.Classify });
        return field.Take(System.Text.Encoding.UTF8.GetBytes(text)) is null ? System.Text.Encoding.UTF8.GetString(field.Text) : null;
    }

    /// <summary>Writes features with it, or the features where there is none.</summary>
    internal void Write(SupervisedRecordWriter writer, ReadOnlySpan<byte> id, ReadOnlySpan<float> features)
    {
        if (!IsThere)
        {
            writer.WriteFeatures(id, features);
        }
        else if (task.IsClassification)
        {
            writer.WriteLabelled(id, features, Text);
        }
        else
        {
            writer.WriteLabelled(id, features, _target);
        }
    }

    /// <summary>Writes it alone.</summary>
    internal void Write(SupervisedRecordWriter writer, ReadOnlySpan<byte> id)
    {
        if (task.IsClassification)
        {
            writer.WriteLabel(id, Text);
        }
        else
        {
            writer.WriteLabel(id, _target);
        }
    }

    private ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

    /// <summary>Takes text as it is compared; the reason why it is no label, or null. The text may be in the own buffer.</summary>
    private string? Take(ReadOnlySpan<byte> text)
    {
        var plain = IsDecimal(text) ? Plain(text) : text;
        if (plain.Length is 0 or > SupervisedTask.MostLabelBytes || !Utf8.IsValid(plain))
        {
            return DeadLetterReason.BadLabel;
        }

        plain.CopyTo(_text);
        _length = plain.Length;
        return null;
    }

    /// <summary>The text of a number that others may have written differently.</summary>
    private ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> text)
    {
        var isZero = !text.ContainsAnyInRange((byte)'1', (byte)'9');
        if (isZero)
        {
            return "0"u8;
        }

        if (!text.ContainsAny(".eE"u8) || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return text;
        }

        // Adding 0 makes a 0 of the -0 that is left of what is too small for 64 bits.
        (number + 0.0).TryFormat(_number, out var written, "R", CultureInfo.InvariantCulture);
        return _number.AsSpan(0, written);
    }

    /// <summary>Whether text is a number as JSON writes them: -?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?</summary>
    private static bool IsDecimal(ReadOnlySpan<byte> text)
    {
        var rest = text.StartsWith("-"u8) ? text[1..] : text;
        if (!TakeDigits(ref rest, out var whole) || (whole[0] == '0' && whole.Length > 1))
        {
            return false;
        }

        if (rest.StartsWith("."u8))
        {
            rest = rest[1..];
            if (!TakeDigits(ref rest, out _))
            {
                return false;
            }
        }

        if (rest is [(byte)'e' or (byte)'E', ..])
        {
            rest = rest[1..] is [(byte)'+' or (byte)'-', ..] ? rest[2..] : rest[1..];
            if (!TakeDigits(ref rest, out _))
            {
                return false;
            }
        }

        return rest.IsEmpty;
    }

    private static bool TakeDigits(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> digits)
    {
        var end = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = end < 0 ? rest : rest[..end];
        rest = rest[digits.Length..];
        return digits.Length > 0;
    }
}

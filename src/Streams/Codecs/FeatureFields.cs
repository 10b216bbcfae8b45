using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamLearn.Streams.Codecs;

/// <summary>The fields of the features of one thing after the other: which are there, and which are missing.</summary>
internal sealed class FeatureFields(IReadOnlyList<string> fields)
{
    private readonly byte[][] _names = [.. fields.Select(Encoding.UTF8.GetBytes)];
    private readonly NameTable _table = new(fields);
    private readonly int[] _seen = new int[fields.Count];
    private int _turn;
    private int _next;
    private int _found;

    /// <summary>Starts anew: none is there.</summary>
    internal void Begin()
    {
        _turn++;
        _next = 0;
        _found = 0;
    }

    /// <summary>Which feature the property at the reader is; -1: none. Found at once where they come in order.</summary>
    internal int Find(in Utf8JsonReader reader)
    {
        if (_next < _names.Length && JsonFields.IsNamed(in reader, _names[_next]))
        {
            return _next;
        }

        return reader.ValueIsEscaped ? FindEscaped(in reader) : _table.Find(reader.ValueSpan);
    }

    /// <summary>Reads the value of a feature: a number, or a boolean as 0 or 1.</summary>
    internal (string Reason, string Field)? Read(ref Utf8JsonReader reader, int feature, Span<float> features)
    {
        float value;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                value = reader.TryGetDouble(out var number) ? (float)number : float.NaN;
                break;
            case JsonTokenType.True or JsonTokenType.False:
                value = reader.TokenType == JsonTokenType.True ? 1 : 0;
                break;
            default:
                return (DeadLetterReason.WrongType, fields[feature]);
        }

        return Set(feature, value, features);
    }

    /// <summary>Reads the value of a feature from text: a number, or <c>true</c> or <c>false</c> as 1 or 0.</summary>
    internal (string Reason, string Field)? Read(ReadOnlySpan<byte> text, int feature, Span<float> features)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            var isTrue = Ascii.EqualsIgnoreCase(text, "true"u8);
            if (!isTrue && !Ascii.EqualsIgnoreCase(text, "false"u8))
            {
                return (DeadLetterReason.WrongType, fields[feature]);
            }

            value = isTrue ? 1 : 0;
        }

        return Set(feature, (float)value, features);
    }

    /// <summary>Reads what is among the features of an object that the reader is at the start of.</summary>
    internal (string Reason, string Field)? ReadObject(ref Utf8JsonReader reader, Span<float> features)
    {
        (string, string)? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var feature = Find(in reader);
            reader.Read();
            if (feature >= 0 && reader.TokenType != JsonTokenType.Null)
            {
                problem ??= Read(ref reader, feature, features);
            }

            reader.Skip();
        }

        return problem;
    }

    /// <summary>The first feature that is not there; null: all are.</summary>
    internal string? Missing() => _found == _names.Length ? null : fields[Array.FindIndex(_seen, turn => turn != _turn)];

    /// <summary>Names that are escaped are rare: all are gone through.</summary>
    private int FindEscaped(in Utf8JsonReader reader)
    {
        for (var feature = 0; feature < _names.Length; feature++)
        {
            if (JsonFields.IsNamed(in reader, _names[feature]))
            {
                return feature;
            }
        }

        return -1;
    }

    private (string Reason, string Field)? Set(int feature, float value, Span<float> features)
    {
        if (!float.IsFinite(value))
        {
            return (DeadLetterReason.NotFinite, fields[feature]);
        }

        features[feature] = value;
        _found += _seen[feature] == _turn ? 0 : 1;
        _seen[feature] = _turn;
        _next = feature + 1 == _names.Length ? 0 : feature + 1;
        return null;
    }
}

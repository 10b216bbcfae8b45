namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>Hashes the features of a line of Vowpal Wabbit's text, <c>|namespace:weight name name:value name=value name:text :value |...</c>.</summary>
internal sealed class VwFeatures
{
    private byte[] _name = new byte[256];

    /// <summary>Adds them to a vector.</summary>
    /// <param name="text">From the first bar on.</param>
    /// <param name="features">[2^b]; empty: there must be none.</param>
    internal (string Reason, string Field)? Add(ReadOnlySpan<byte> text, Span<float> features)
    {
        while (!text.IsEmpty)
        {
            // At a bar.
            text = text[1..];
            var end = text.IndexOf(VwText.Bar);
            var one = end < 0 ? text : text[..end];
            text = text[one.Length..];
            if (AddNamespace(one, features) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private (string Reason, string Field)? AddNamespace(ReadOnlySpan<byte> text, Span<float> features)
    {
        var (space, weight, anonymous) = (FeatureHash.Unnamed, 1.0, 0u);
        if (!text.IsEmpty && !VwText.Blanks.Contains(text[0]))
        {
            var word = VwText.TakeWord(ref text);
            var name = VwText.TakePart(ref word, out var weighted);
            if (name.IsEmpty || (weighted && !VwText.TryReadNumber(word, out weight)))
            {
                return (DeadLetterReason.Malformed, "");
            }

            space = FeatureHash.Namespace(name);
        }

        for (var word = VwText.TakeWord(ref text); !word.IsEmpty; word = VwText.TakeWord(ref text))
        {
            if (features.IsEmpty)
            {
                return (DeadLetterReason.WrongType, VwField.Features);
            }

            var name = VwText.TakePart(ref word, out var hasValue);
            var value = 1.0;
            if (hasValue && word.IsEmpty)
            {
                return (DeadLetterReason.Malformed, "");
            }

            uint feature;
            if (hasValue && !VwText.TryReadNumber(word, out value))
            {
                feature = FeatureHash.Feature(space, Joined(name, word));
                value = 1;
            }
            else
            {
                feature = name.IsEmpty ? space + anonymous++ : FeatureHash.Feature(space, name);
            }

            value *= weight;
            if (!double.IsFinite(value))
            {
                return (DeadLetterReason.NotFinite, VwField.Features);
            }

            FeatureHash.Add(features, feature, value);
        }

        return null;
    }

    /// <summary>A name and a text as one feature: <c>city:paris</c> is the same as <c>city=paris</c>.</summary>
    private Span<byte> Joined(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        var length = name.Length + 1 + text.Length;
        if (length > _name.Length)
        {
            Array.Resize(ref _name, Math.Max(length, 2 * _name.Length));
        }

        name.CopyTo(_name);
        _name[name.Length] = (byte)'=';
        text.CopyTo(_name.AsSpan(name.Length + 1));
        return _name.AsSpan(0, length);
    }
}

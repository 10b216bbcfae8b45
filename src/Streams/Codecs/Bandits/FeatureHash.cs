using System.IO.Hashing;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>
/// Where features of Vowpal Wabbit's formats go in a vector of 2^b numbers; those that meet there add up. The namespace seeds the hash of
/// the name (XxHash32, not VW's MurmurHash3); a name of digits only counts on from the namespace, as VW has it, so that numbered features
/// do not meet. No signs are drawn, as VW draws none.
/// </summary>
internal static class FeatureHash
{
    /// <summary>The namespace without a name.</summary>
    internal const uint Unnamed = 0;

    /// <summary>The namespace of a name.</summary>
    internal static uint Namespace(ReadOnlySpan<byte> name) => XxHash32.HashToUInt32(name);

    /// <summary>The feature of a name in a namespace.</summary>
    internal static uint Feature(uint space, ReadOnlySpan<byte> name)
    {
        var number = 0u;
        foreach (var digit in name)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return XxHash32.HashToUInt32(name, unchecked((int)space));
            }

            number = unchecked((10 * number) + digit - '0');
        }

        return name.IsEmpty ? space : unchecked(space + number);
    }

    /// <summary>Adds a value to a vector.</summary>
    /// <param name="features">[2^b].</param>
    /// <param name="feature">The feature.</param>
    /// <param name="value">Its value.</param>
    internal static void Add(Span<float> features, uint feature, double value) =>
        features[(int)(feature & (uint)(features.Length - 1))] += (float)value;
}

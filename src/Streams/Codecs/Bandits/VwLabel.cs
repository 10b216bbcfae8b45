using System.Buffers.Text;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>A label of Vowpal Wabbit's contextual bandits, <c>action:cost:probability</c>, where cost and probability may be left out.</summary>
internal readonly record struct VwLabel(uint Action, double? Cost, double? Probability)
{
    /// <summary>Reads one; the refusal where it is none. A probability that is no number is NaN.</summary>
    internal static (string Reason, string Field)? Read(ReadOnlySpan<byte> text, out VwLabel label)
    {
        label = default;
        var action = VwText.TakePart(ref text, out var hasCost);
        if (!Utf8Parser.TryParse(action, out uint number, out var consumed) || consumed != action.Length)
        {
            return (DeadLetterReason.Malformed, "");
        }

        var cost = VwText.TakePart(ref text, out var hasProbability);
        double? costs = null;
        if (hasCost && !cost.IsEmpty)
        {
            if (!VwText.TryReadNumber(cost, out var value))
            {
                return (DeadLetterReason.Malformed, "");
            }

            costs = value;
        }

        double? probability = null;
        if (hasProbability && !text.IsEmpty)
        {
            probability = VwText.TryReadNumber(text, out var value) ? value : double.NaN;
        }

        label = new VwLabel(number, costs, probability);
        return null;
    }
}

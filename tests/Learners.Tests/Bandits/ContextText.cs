using System.Globalization;
using StreamLearn.Learners.Bandits;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>All of a context as text, to be compared.</summary>
internal static class ContextText
{
    internal static string Of(in BanditContext context) => string.Create(
        CultureInfo.InvariantCulture,
        $"{context.Actions} | {Numbers(context.Shared)} | {Numbers(context.PerAction)} | {Convert.ToHexString(context.Allowed)}");

    private static string Numbers(ReadOnlySpan<float> numbers) =>
        string.Join(' ', numbers.ToArray().Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
}

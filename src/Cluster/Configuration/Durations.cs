using System.Globalization;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Durations as configuration and command line write them: a number and a unit.</summary>
public static class Durations
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>Reads e.g. 500ms, 10s, 1.5h.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('-', '9');
        if (digits <= 0)
        {
            return false;
        }

        var unit = text[digits..].Trim();
        var known = Units.Where(candidate => candidate.Unit == unit).Select(candidate => candidate.Length).FirstOrDefault();
        if (known == default
            || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > TimeSpan.FromDays(36500) / known)
        {
            return false;
        }

        duration = known * number;
        return true;
    }

    /// <summary>Writes a duration in the largest unit that divides it.</summary>
    public static string Format(TimeSpan duration)
    {
        var (unit, length) = Units.Last(candidate => duration.Ticks % candidate.Length.Ticks == 0 || candidate.Unit == "ms");
        return duration == default ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{duration / length}{unit}");
    }
}
